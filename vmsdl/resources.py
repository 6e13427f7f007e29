"""Files that ship with vmsdl: the grammar and the templates."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def read_text(*parts: str) -> str:
    """A shipped text by its place, such as `read_text("grammar", "vmsd.lark")`."""
    return _root().joinpath(*parts).read_text(encoding="utf-8")


def read_package_text(*parts: str) -> str:
    """The text of a file of the package itself, by its place below it."""
    return files("vmsdl").joinpath(*parts).read_text(encoding="utf-8")


def _root() -> Traversable:
    # A wheel carries both folders inside the package; a checkout keeps them beside it.
    package = files("vmsdl")
    return package if package.joinpath("grammar").is_dir() else package.joinpath("..")
