"""The forms of a report that `vmsdl diff --format` knows: one module each."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command line reads the names alone, at every start
    from vmsdl.diff.policy import Requirement
    from vmsdl.diff.report import Report

# By name, the module of this package with `render(report, requirement, *, color) -> str`.
FORMATS = {
    "text": "text",
    "markdown": "markdown",
    "json": "json",
    "sarif": "sarif",
    "github": "github",
    "html": "html",
}

# By suffix of a file, the form that is written to it.
_SUFFIXES = {"md": "markdown", "markdown": "markdown", "htm": "html", "html": "html"}
_SUFFIXES |= {"json": "json", "sarif": "sarif", "github": "github"}


def find_format(path: str) -> str:
    """The form of a report in a file of this name: text, where the suffix says nothing else."""
    return _SUFFIXES.get(path.rpartition(".")[2].lower(), "text")


def render(name: str, report: "Report", requirement: "Requirement", *, color: bool = False) -> str:
    """The report in one form. Its module is imported now: a command needs one of them."""
    module = import_module(f"{__name__}.{FORMATS[name]}")
    text: str = module.render(report, requirement, color=color)
    return text
