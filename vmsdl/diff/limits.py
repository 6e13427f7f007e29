"""From a verdict on layouts to what may be said of it, given what schemas do not hold.

A hook is code that no schema shows: where one was added or removed, nothing is `ok` for sure.
What was imported from a dump has sizes in memory and no types: only versions and names are known
of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from vmsdl.diff.match import Side
from vmsdl.diff.shapes import struct_of
from vmsdl.diff.verdict import Verdict
from vmsdl.schema.description import Description
from vmsdl.schema.types import Array, Opaque, Type

if TYPE_CHECKING:
    from vmsdl.diff.direction import Direction

MOST_ELEMENTS = 3  # of a list that are followed byte by byte

# Reasons that names and versions alone give: a dump knows both.
BY_NAME = frozenset({"version-too-new", "version-too-old", "unmigratable", "unknown-subsection"})

_SIZES = "one of the two was imported from a dump: sizes in memory, and no types"


def sizes(sender: Side, receiver: Side) -> str:
    """Why layouts cannot be judged at all; empty: they can."""
    described = (*bodies(sender), *bodies(receiver))
    return _SIZES if any(map(_is_recorded_by_size, described)) else ""


def hooks(sender: Side, receiver: Side) -> str:
    """Which hook one of the two does not have; empty: none."""
    changed = sorted(_hooks(bodies(sender)) ^ _hooks(bodies(receiver)))
    if not changed:
        return ""
    body, hook = changed[0]
    more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"the hook {hook} of `{body}` was added or removed{more}: no schema says what it does"


def opened(found: "Direction", why: str) -> "Direction":
    """The same, and nothing of it decided."""
    shown = tuple(replace(each, is_certain=False, why=why) for each in found.shown)
    return replace(found, verdict=Verdict.UNKNOWN, shown=shown, regions=None)


def bodies(side: Side) -> Iterator[Description]:
    """A description with its subsections and all that it embeds."""
    seen: set[str] = set()
    waiting = [side.description]
    while waiting:
        body = waiting.pop()
        yield body
        waiting += body.subsections
        for field in body.fields:
            struct = struct_of(field.type)
            if struct is not None and struct.name not in seen:
                seen.add(struct.name)
                waiting.append(side.schema.descriptions[struct.name])


def _hooks(bodies: Iterable[Description]) -> set[tuple[str, str]]:
    return {(body.wire_name, hook.value) for body in bodies for hook in body.hooks}


def _is_recorded_by_size(body: Description) -> bool:
    return any(_is_untyped(field.type) for field in body.fields)


def _is_untyped(type_: Type) -> bool:
    """`opaque` without the name of a codec is how a dump's fields are imported."""
    match type_:
        case Opaque(codec=codec):
            return codec is None
        case Array(element=element):
            return _is_untyped(element)
        case _:
            return False
