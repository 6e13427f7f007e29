"""From a verdict on layouts to what may be said of it, given what is known of the programs.

A hook is code that no schema shows: where one was added or removed, nothing is `ok` for sure.
What was imported from a dump has sizes in memory and no types: only versions and names are known
of it. What was learned from a stream is one layout, in one state: an absent field may only not
have been needed. But where fields are read in place of others, their names show it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.simulate.records import Effect, EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import FieldPath
from vmsdl.schema.description import Description, Role
from vmsdl.schema.recorded import Origin, find_origin, read_recorded_age
from vmsdl.schema.traverse import find_reachable, find_struct
from vmsdl.schema.types import Array, Bytes, Opaque, Type

if TYPE_CHECKING:
    from vmsdl.diff.result import MigrationResult, ReportedEffect


if TYPE_CHECKING:
    pass

# Reasons that names and versions alone give: a dump knows both.
BY_NAME = frozenset({"version-too-new", "version-too-old", "unmigratable", "unknown-subsection"})

# Of what names and versions alone give, a stream has no name that was not needed.
_BY_VERSION = BY_NAME - {"unknown-subsection"}
UNSEEN = (
    "no stream shows `minimum_version_id`, fields that are read only from older streams, "
    "conditions, and what was not needed when it was written"
)


def limit_by_evidence(
    found: "MigrationResult", sender: Side, receiver: Side, *, sender_is_old: bool
) -> "MigrationResult":
    """What streams show of both, and what they cannot show."""
    origins = [find_origin(side.schema, side.description) for side in (sender, receiver)]
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
    return replace(mark_open(found, why), assumed=assumed)


def _is_corrupt(shown: "ReportedEffect") -> bool:
    return shown.is_certain and shown.effect.kind is EffectKind.CORRUPT


def _is_newer(one: Side, other: Side, other_is_old: bool) -> bool:
    mine, yours = read_recorded_age(one.description), read_recorded_age(other.description)
    if mine.is_later_than(yours):
        return True
    return other_is_old and not yours.is_later_than(mine)


def _is_displaced(effect: Effect, sender: Side, receiver: Side) -> bool:
    """A field is read from another's place although the sender has it, in a place of its own."""
    if effect.kind is not EffectKind.CORRUPT or effect.reason != "shifted" or effect.wanted is None:
        return False
    meant = Pairing(receiver, sender).counterpart(effect.wanted.key)
    if meant is None or (effect.sent is not None and effect.sent.key == meant):
        return False
    return _holds(sender, meant)


def _holds(side: Side, key: FieldPath) -> bool:
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
        struct = find_struct(type_)
        body = body if struct is None else side.schema.descriptions[struct.name]
    return True


def _count(type_: Type | None) -> int | None:
    match type_:
        case Array(count=count) | Bytes(length=count):
            return fold_constant(count)
        case _:
            return None


_SIZES = "one of the two was imported from a dump: sizes in memory, and no types"


def find_untyped_reason(sender: Side, receiver: Side) -> str:
    """Why layouts cannot be judged at all; empty: they can."""
    described = (
        *find_reachable(sender.schema, sender.description),
        *find_reachable(receiver.schema, receiver.description),
    )
    return _SIZES if any(map(_is_recorded_by_size, described)) else ""


def find_hook_reason(sender: Side, receiver: Side) -> str:
    """Which hook one of the two does not have; empty: none."""
    changed = sorted(
        _hooks(find_reachable(sender.schema, sender.description))
        ^ _hooks(find_reachable(receiver.schema, receiver.description))
    )
    if not changed:
        return ""
    body, hook = changed[0]
    more = f", and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"the hook {hook} of `{body}` was added or removed{more}: no schema says what it does"


def mark_open(found: "MigrationResult", why: str) -> "MigrationResult":
    """The same, and nothing of it decided."""
    shown = tuple(replace(each, is_certain=False, why=why) for each in found.shown)
    return replace(found, verdict=Verdict.UNKNOWN, shown=shown, regions=None)


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
