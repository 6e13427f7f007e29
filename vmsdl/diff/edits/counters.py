"""From a body to what its fields count."""

from collections.abc import Iterator

from vmsdl.expr.nodes import Expr, Member, children
from vmsdl.schema.description import Description, Field, Unused
from vmsdl.schema.traverse import collect_lengths


def find_counted(body: Description, name: str) -> list[str]:
    """What has a length that reads a field of the body, in it and in its subsections."""
    return list(_counted(body, name, 0))


def _counted(body: Description, name: str, up: int) -> Iterator[str]:
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
            yield from _counted(sub, name, up + 1)


def _reads(e: Expr, name: str, up: int) -> bool:
    if isinstance(e, Member):
        return e.up == up and e.name == name
    return any(_reads(child, name, up) for child in children(e))
