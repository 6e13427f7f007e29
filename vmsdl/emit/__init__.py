"""From a checked schema to the texts of the Python modules for it."""

from dataclasses import dataclass

from vmsdl import __version__
from vmsdl.emit.names import NamesClash, name_files
from vmsdl.schema.description import Schema

__all__ = ["NamesClash", "OutputFile", "emit"]


@dataclass(frozen=True, slots=True)
class OutputFile:
    """One file to write: its name in the output folder, its text, the .vmsd it is made from."""

    name: str
    text: str
    source: str = ""  # "" for `_vmsd.py`
    notes: tuple[str, ...] = ()  # what was left out of it, in words


def emit(schema: Schema) -> tuple[OutputFile, ...]:
    """A module for each file of the schema, and `_vmsd.py`. Raises NamesClash."""
    from vmsdl.emit.lower import Plans
    from vmsdl.emit.module import emit_module
    from vmsdl.emit.runtime_module import build_runtime_module

    files = name_files(schema)
    plans = Plans(schema)
    modules = [emit_module(file, schema, files, plans) for file in schema.files]
    return (*modules, OutputFile("_vmsd.py", build_runtime_module(__version__)))
