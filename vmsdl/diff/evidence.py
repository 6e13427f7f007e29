"""What is known of two programs limits what a verdict can say.

A hook is code that no schema shows: where one was added or removed, nothing is `ok` for certain
(`hooks.py`).
A schema that was imported from a dump has sizes in memory and no types: only versions and names
are known. A schema that was learned from a stream is one layout in one state: a field that is
absent may only not have been needed. But where fields are read in place of others, their names
show it.
"""

from dataclasses import replace

from vmsdl.diff.hooks import find_changed_hooks, find_hook_reasons
from vmsdl.diff.matching.fields import Pairing, Side
from vmsdl.diff.result import Doubt, MigrationResult, ReportedEffect
from vmsdl.diff.simulate.reasons import (
    LENGTH_REASONS,
    VERSION_REASONS,
    EffectReason,
    Unknown,
    UnknownReason,
    make_unknown,
)
from vmsdl.diff.simulate.records import Effect, EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import TRUE, FieldPath
from vmsdl.schema.description import Description, Role
from vmsdl.schema.recorded import Origin, find_origin, read_recorded_age
from vmsdl.schema.traverse import find_reachable, find_struct
from vmsdl.schema.types import Array, Bytes, Opaque, Type

# Names and versions alone decide these: a dump has both. A stream has both too, but not the names
# of what was not needed.
_NAME_REASONS = VERSION_REASONS | {EffectReason.UNKNOWN_SUBSECTION}


def limit_by_evidence(
    found: MigrationResult, sender: Side, receiver: Side, *, sender_is_old: bool
) -> MigrationResult:
    """The result, with no more decided than can be known."""
    certain = [shown for shown in found.shown if shown.is_certain]
    untyped = _find_untyped_reason(sender, receiver)
    if untyped is not None:
        found = replace(found, assumptions=(*found.assumptions, untyped.text))
        by_name = certain and all(shown.effect.reason in _NAME_REASONS for shown in certain)
        return found if found.verdict is Verdict.OK or by_name else _leave_open(found, untyped)
    found = _limit_by_streams(found, sender, receiver, sender_is_old=sender_is_old)
    changed = [
        each
        for each in find_changed_hooks(sender, receiver)
        if each.struct not in sender.settled | receiver.settled
    ]
    roles = tuple(each.role for each in changed if each.role)
    found = replace(found, assumptions=(*found.assumptions, *roles))
    reasons = list(find_hook_reasons(changed, sender_is_old=sender_is_old))
    if reasons and found.verdict in (Verdict.OK, Verdict.CONDITIONAL, Verdict.LOSSY):
        open_ = tuple(map(make_open, reasons))
        return replace(found, verdict=Verdict.UNKNOWN, shown=(*found.shown, *open_), partition=None)
    return found


def make_open(reason: Unknown) -> ReportedEffect:
    """What is not known of any state."""
    effect = Effect(kind=EffectKind.OPEN, condition=TRUE, reason=reason)
    return ReportedEffect(effect, TRUE, is_certain=False, is_always=True)


def _leave_open(found: MigrationResult, doubt: Doubt) -> MigrationResult:
    """The same effects, and none of them certain."""
    shown = tuple(replace(each, is_certain=False, doubt=doubt) for each in found.shown)
    return replace(found, verdict=Verdict.UNKNOWN, shown=shown, partition=None)


# Streams ----------------------------------------------------------------------------------------


def _limit_by_streams(
    found: MigrationResult, sender: Side, receiver: Side, *, sender_is_old: bool
) -> MigrationResult:
    """What streams show of both programs, and what they cannot show."""
    origins = [find_origin(side.schema, side.description) for side in (sender, receiver)]
    if Origin.STREAM not in origins or sender.description.role is not Role.DEVICE:
        return found
    doubt = make_unknown(UnknownReason.NOT_IN_STREAMS)
    found = replace(found, assumptions=(*found.assumptions, doubt.text))
    certain = [each for each in found.shown if each.is_certain]
    if all(each.is_certain and each.effect.reason in VERSION_REASONS for each in found.shown):
        return found
    if Origin.SCHEMA in origins:
        return _leave_open(found, make_unknown(UnknownReason.ONE_STATE_OF_THE_OTHER))
    if certain and all(each.effect.reason in LENGTH_REASONS for each in certain):
        # Each field is in both, so one of them has another size: whatever a stream does not show,
        # this length is wrong.
        one, other = sender.description, receiver.description
        if one.version_id == other.version_id and _have_same_fields(sender, receiver, one, other):
            return found
    if _is_newer(receiver, sender, sender_is_old):
        return _leave_open(found, make_unknown(UnknownReason.RECEIVER_IS_NEWER))
    if any(_is_displaced(each.effect, sender, receiver) for each in found.shown):
        shown = tuple(
            replace(each, is_certain=_is_corrupt(each), doubt=doubt) for each in found.shown
        )
        return replace(found, shown=shown, partition=None)
    return _leave_open(found, doubt)


def _have_same_fields(one: Side, other: Side, body: Description, counterpart: Description) -> bool:
    """Two bodies, and all that they embed, have fields of the same names in the same order."""
    if [field.name for field in body.fields] != [field.name for field in counterpart.fields]:
        return False
    for mine, yours in zip(body.fields, counterpart.fields, strict=True):
        structs = find_struct(mine.type), find_struct(yours.type)
        if structs[0] is None or structs[1] is None:
            if structs[0] is not structs[1]:
                return False
            continue
        inner = one.schema.descriptions[structs[0].name]
        if not _have_same_fields(one, other, inner, other.schema.descriptions[structs[1].name]):
            return False
    return True


def _is_corrupt(shown: ReportedEffect) -> bool:
    return shown.is_certain and shown.effect.kind is EffectKind.CORRUPT


def _is_newer(one: Side, other: Side, other_is_old: bool) -> bool:
    """`one` was recorded from a later release; where nothing says so, from the later argument."""
    age, other_age = read_recorded_age(one.description), read_recorded_age(other.description)
    if age.is_later_than(other_age):
        return True
    return other_is_old and not other_age.is_later_than(age)


def _is_displaced(effect: Effect, sender: Side, receiver: Side) -> bool:
    """A field is read from another field's bytes, and the sender has it in a place of its own."""
    if effect.reason is not EffectReason.SHIFTED or effect.expected is None:
        return False
    counterpart = Pairing(receiver, sender).counterpart(effect.expected.key)
    if counterpart is None or (effect.sent is not None and effect.sent.key == counterpart):
        return False
    return _has_place(sender, counterpart)


def _has_place(side: Side, path: FieldPath) -> bool:
    """There is such a place: an array can be shorter than its counterpart."""
    body = side.description
    type_: Type | None = None
    for part in path:
        if isinstance(part, int):
            count = _find_count(type_)
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


def _find_count(type_: Type | None) -> int | None:
    match type_:
        case Array(count=count) | Bytes(length=count):
            return fold_constant(count)
        case _:
            return None


# Dumps ------------------------------------------------------------------------------------------


def _find_untyped_reason(sender: Side, receiver: Side) -> Unknown | None:
    """Why layouts cannot be compared at all; None: they can."""
    bodies = [
        *find_reachable(sender.schema, sender.description),
        *find_reachable(receiver.schema, receiver.description),
    ]
    return make_unknown(UnknownReason.SIZES_ALONE) if any(map(_has_sizes_alone, bodies)) else None


def _has_sizes_alone(body: Description) -> bool:
    return any(_is_untyped(field.type) for field in body.fields)


def _is_untyped(type_: Type) -> bool:
    """Fields of a dump are imported as `opaque` without the name of a codec."""
    match type_:
        case Opaque(codec=codec):
            return codec is None
        case Array(element=element):
            return _is_untyped(element)
        case _:
            return False
