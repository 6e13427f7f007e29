"""From a verdict on what streams show to what may be said of the programs that wrote them.

What was learned from a stream is one layout, in one state: a field that is not there may only not
have been needed. But where fields stand in the places of others, their names say so.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from vmsdl.diff.arrivals import Effect, Kind
from vmsdl.diff.limits import BY_NAME, opened
from vmsdl.diff.match import Pairing, Side
from vmsdl.diff.shapes import struct_of
from vmsdl.diff.terms import Key
from vmsdl.qemu.age import recorded_age
from vmsdl.qemu.verdict import Origin, origin_of
from vmsdl.schema.description import Role
from vmsdl.schema.types import Array, Bytes, Type
from vmsdl.wire.constants import constant

if TYPE_CHECKING:
    from vmsdl.diff.direction import Direction, Shown

# Of what names and versions alone give, a stream has no name that was not needed.
_BY_VERSION = BY_NAME - {"unknown-subsection"}
UNSEEN = (
    "no stream shows `minimum_version_id`, fields that are read only from older streams, "
    "conditions, and what was not needed when it was written"
)


def as_seen(
    found: "Direction", sender: Side, receiver: Side, *, sender_is_old: bool
) -> "Direction":
    """What streams show of both, and what they cannot show."""
    origins = [origin_of(side.schema, side.description) for side in (sender, receiver)]
    if Origin.STREAM not in origins or sender.description.role is not Role.DEVICE:
        return found
    assumed = (*found.assumed, UNSEEN)
    if not found.shown:
        return replace(found, assumed=assumed)
    if all(each.is_certain and each.effect.reason in _BY_VERSION for each in found.shown):
        return replace(found, assumed=assumed)
    why = UNSEEN
    is_swapped = any(_is_displaced(each.effect, sender, receiver) for each in found.shown)
    if Origin.SCHEMA in origins:
        why = f"only one state of the other program is known: {UNSEEN}"
    elif _is_newer(receiver, sender, sender_is_old):
        why = f"the receiver is the newer one: {UNSEEN}"
    elif is_swapped:
        shown = tuple(replace(each, is_certain=_is_corrupt(each), why=why) for each in found.shown)
        return replace(found, shown=shown, assumed=assumed, regions=None)
    return replace(opened(found, why), assumed=assumed)


def _is_corrupt(shown: "Shown") -> bool:
    return shown.is_certain and shown.effect.kind is Kind.CORRUPT


def _is_newer(one: Side, other: Side, other_is_old: bool) -> bool:
    mine, yours = recorded_age(one.description), recorded_age(other.description)
    if mine.is_later_than(yours):
        return True
    return other_is_old and not yours.is_later_than(mine)


def _is_displaced(effect: Effect, sender: Side, receiver: Side) -> bool:
    """A field is read from another's place although the sender has it, in a place of its own."""
    if effect.kind is not Kind.CORRUPT or effect.reason != "shifted" or effect.wanted is None:
        return False
    meant = Pairing(receiver, sender).counterpart(effect.wanted.key)
    if meant is None or (effect.sent is not None and effect.sent.key == meant):
        return False
    return _holds(sender, meant)


def _holds(side: Side, key: Key) -> bool:
    """Has it such a place? An array may be shorter than that."""
    body = side.description
    type_: Type | None = None
    for part in key:
        if isinstance(part, int):
            count = _count(type_)
            if count is not None and part >= count:
                return False
            type_ = type_.element if isinstance(type_, Array) else None
            continue
        sub = next((each for each in body.subsections if each.name == part), None)
        if sub is not None:
            body, type_ = sub, None
            continue
        field = next((each for each in body.fields if each.name == part), None)
        if field is None:
            return False
        type_ = field.type
        struct = struct_of(type_)
        body = body if struct is None else side.schema.descriptions[struct.name]
    return True


def _count(type_: Type | None) -> int | None:
    match type_:
        case Array(count=count) | Bytes(length=count):
            return constant(count)
        case _:
            return None
