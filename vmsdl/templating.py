"""Fills the templates of `templates/`; the only module that uses jinja2."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from vmsdl.resources import read_text

if TYPE_CHECKING:
    from jinja2 import Environment


def render(name: str, values: Mapping[str, object]) -> str:
    """The text of a template, named by its path below `templates/`."""
    return _environment().get_template(name).render(values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(lambda name: read_text("templates", *name.split("/"))),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        # A page must never run what stands in a schema; a Python module holds literals already.
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
    )
