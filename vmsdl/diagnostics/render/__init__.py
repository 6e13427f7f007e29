"""Diagnostics in each output format: one module a format, with a function `render`."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported by the command line before it knows that there is anything to render
    from vmsdl.diagnostics.diagnostic import Diagnostic

# By the argument of `vmsdl check --format`. A module is imported only when its format is used.
FORMATS = {
    "text": "vmsdl.diagnostics.render.text",
    "json": "vmsdl.diagnostics.render.json",
    "sarif": "vmsdl.diagnostics.render.sarif",
    "github": "vmsdl.diagnostics.render.github",
}


def render(format: str, diagnostics: "Iterable[Diagnostic]") -> str:
    """All diagnostics in one of the `FORMATS`."""
    renderer: Callable[[Iterable[Diagnostic]], str] = import_module(FORMATS[format]).render
    return renderer(diagnostics)
