"""Files that ship with vmsdl: the grammar and the templates."""

import os
from typing import Protocol, cast


class _Loader(Protocol):
    """What brought this module here, from a folder or a zip; it brings the files beside it too.

    `importlib.resources` does the same, and first imports all that it takes to unpack archives and
    to make temporary files.
    """

    def get_data(self, path: str, /) -> bytes: ...


_LOADER = cast(_Loader, __spec__.loader)
_PACKAGE = os.path.dirname(__file__)


def read_text(*parts: str) -> str:
    """A shipped text by its place, such as `read_text("grammar", "vmsd.lark")`."""
    # A wheel carries both folders inside the package; a checkout keeps them beside it.
    try:
        return read_package_text(*parts)
    except OSError:
        return _read(os.path.dirname(_PACKAGE), *parts)


def read_package_text(*parts: str) -> str:
    """The text of a file of the package itself, by its place below it."""
    return _read(_PACKAGE, *parts)


def _read(folder: str, *parts: str) -> str:
    return _LOADER.get_data(os.path.join(folder, *parts)).decode("utf-8").replace("\r\n", "\n")
