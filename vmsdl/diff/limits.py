"""From a verdict on layouts to what may be said of it, given what schemas do not hold.

A hook is code that no schema shows: where one was added or removed, nothing is `ok` for sure.
What was imported from a dump has sizes in memory and no types: only versions and names are known
of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vmsdl.diff.match import Side
from vmsdl.diff.shapes import struct_of
from vmsdl.schema.description import Description
from vmsdl.schema.types import Array, Opaque, Type

MOST_ELEMENTS = 3  # of a list that are followed byte by byte

# Reasons that names and versions alone give: a dump knows both.
BY_NAME = frozenset({"version-too-new", "version-too-old", "unmigratable", "unknown-subsection"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps a pair of descriptions from being judged by its layouts; empty: nothing."""

    hooks: str = ""
    sizes: str = ""


def limits(one: Side, other: Side) -> Limits:
    """The limits of comparing two devices, with all that they embed."""
    mine, yours = list(bodies(one)), list(bodies(other))
    changed = sorted(_hooks(mine) ^ _hooks(yours))
    hooks = ""
    if changed:
        body, hook = changed[0]
        more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
        hooks = (
            f"the hook {hook} of `{body}` was added or removed{more}: no schema says what it does"
        )
    is_guess = any(_is_recorded_by_size(body) for body in (*mine, *yours))
    sizes = "one of the two was imported from a dump: sizes in memory, and no types"
    return Limits(hooks, sizes if is_guess else "")


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


def _hooks(bodies: list[Description]) -> set[tuple[str, str]]:
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
