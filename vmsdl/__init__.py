"""Schemas of virtual devices compiled to Python codecs, byte-exact with QEMU's VMState."""

from collections.abc import Mapping
from os import PathLike
from types import ModuleType

from vmsdl.compile_error import CompileError
from vmsdl.version import VERSION as __version__

__all__ = ["CompileError", "__version__", "compile_text", "load"]


def load(path: str | PathLike[str]) -> ModuleType:
    """Compile a .vmsd file in memory and import what comes out; no file is written."""
    # Imported here: `import vmsdl` must cost nothing in programs that only want the version.
    from vmsdl.build.in_memory import load_module

    return load_module(path)


def compile_text(
    text: str, *, name: str = "schema.vmsd", imports: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The Python modules of a schema, by file name. `imports` gives imported files by path."""
    from vmsdl.build.in_memory import compile_mapping

    return compile_mapping({**(imports or {}), name: text}, name)
