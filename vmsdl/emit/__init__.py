"""From a checked schema to the texts of the Python modules for it."""

from vmsdl.emit.names import NamesClash, name_files
from vmsdl.output_file import OutputFile
from vmsdl.schema.description import Schema
from vmsdl.version import VERSION

__all__ = ["NamesClash", "OutputFile", "emit"]


def emit(schema: Schema, *, is_formatted: bool = True) -> tuple[OutputFile, ...]:
    """A module for each file of the schema, and `_vmsd.py`. Raises NamesClash.

    `is_formatted`: the texts are laid out for people.
    """
    from vmsdl.emit.lower import Plans
    from vmsdl.emit.module import emit_module
    from vmsdl.emit.python import format_code, join_code
    from vmsdl.emit.runtime_module import build_runtime_module

    files = name_files(schema)
    plans = Plans(schema)
    join = format_code if is_formatted else join_code
    modules = [emit_module(file, schema, files, plans, join) for file in schema.files]
    return (*modules, OutputFile("_vmsd.py", build_runtime_module(VERSION, join)))
