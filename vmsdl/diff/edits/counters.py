"""From a field of a body to the arrays and unused bytes that it counts."""

from collections.abc import Iterator

from vmsdl.expr.nodes import Expr, Member, children
from vmsdl.schema.description import Description, Field, Unused
from vmsdl.schema.traverse import collect_lengths


def find_counted(body: Description, name: str) -> list[str]:
    """The members whose lengths read the field `name`, in the body and in its subsections."""
    return list(_find_counted(body, name, 0))


def _find_counted(body: Description, name: str, up: int) -> Iterator[str]:
    for step in body.steps:
        match step:
            case Field(type=type_):
                if any(_reads(length, name, up) for length in collect_lengths(type_)):
                    yield step.name
            case Unused(length=length):
                if _reads(length, name, up):
                    yield "unused"
            case _:
                pass
    for sub in body.subsections:
        if all(field.name != name for field in sub.fields):
            yield from _find_counted(sub, name, up + 1)


def _reads(e: Expr, name: str, up: int) -> bool:
    if isinstance(e, Member):
        return e.up == up and e.name == name
    return any(_reads(child, name, up) for child in children(e))
