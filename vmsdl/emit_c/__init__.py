"""From a checked schema to QEMU's C: `VMStateDescription`s, their functions, and C structs."""

from collections.abc import Sequence

from vmsdl.diagnostics.diagnostic import StageResult
from vmsdl.output_file import OutputFile
from vmsdl.schema.description import Schema

__all__ = ["emit_c"]


def emit_c(schema: Schema, structs: Sequence[str] = ()) -> StageResult[tuple[OutputFile, ...]]:
    """The C files for each file of the schema. What C cannot say is an error at its place.

    `structs`: names or C types of devices and structs whose C structs are written, too.
    """
    from vmsdl.emit_c.c_module import ModuleWriter

    return ModuleWriter(schema, tuple(structs)).write()
