"""From the fields of two bodies to what changed about each of them, for the rules to explain.

Every field and every stretch of unused bytes of either body is in exactly one `FieldChange`, except
fields that moved to another body.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import TypeAlias

from vmsdl.diff.matching.fields import Side, match_fields
from vmsdl.diff.matching.moves import Move
from vmsdl.diff.matching.splits import find_splits
from vmsdl.expr.fold import fold_constant
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Schema, Unused
from vmsdl.schema.sizes import measure_type
from vmsdl.schema.types import StructType

PairMember: TypeAlias = Field | Unused


class ChangeKind(Enum):
    """What happened to some neighbouring fields."""

    KEPT = "the counterpart is there: by name, by `formerly`, or by place for unused bytes"
    REPLACED = "a field of another name is in its place, with the same width, and no `formerly`"
    SPLIT = "one field became several, or several became one: declared, and the same bytes"
    INLINED = "the fields of a struct are in the place of the struct"
    GROUPED = "a struct with the same fields is in the place of the fields"
    TO_UNUSED = "unused bytes are in the place of the field"
    FROM_UNUSED = "the field is in the place of unused bytes"
    DERIVED = "a local or a `let` has its name now: the field is computed, and not sent any more"
    SENT = "a local or a `let` had its name before: the field was computed, and is sent now"
    REMOVED = "the field was removed"
    ADDED = "the field was added"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`old` became `new`. One of them is empty where the other was added or removed."""

    kind: ChangeKind
    old: tuple[PairMember, ...]
    new: tuple[PairMember, ...]


def find_field_changes(old: Side, new: Side, moves: Iterable[Move]) -> Iterator[FieldChange]:
    """What changed about the fields of one body. `moves`: the moves that involve the body."""
    one, other = old.description, new.description
    moves = tuple(moves)
    gone = [move.old for move in moves if move.old_owner is one]
    came = [move.new for move in moves if move.new_owner is other]
    before = [s for s in one.steps if isinstance(s, Field | Unused) and s not in gone]
    after = [s for s in other.steps if isinstance(s, Field | Unused) and s not in came]
    for split in find_splits(one, other):
        yield FieldChange(ChangeKind.SPLIT, split.there, split.here)
        before = [s for s in before if s not in split.there]
        after = [s for s in after if s not in split.here]
    names = match_fields(one, other)
    olds = {each.name: each for each in before if isinstance(each, Field)}
    counterparts = {
        each.name: olds[names[each.name]]
        for each in after
        if isinstance(each, Field) and names.get(each.name) in olds
    }
    for lost, gained in _find_gaps(before, after, counterparts):
        yield from _find_derived(lost, gained, one, other)
        yield from _compare_gap(lost, gained, old.schema, new.schema)
    for each in after:
        if isinstance(each, Field) and each.name in counterparts:
            yield FieldChange(ChangeKind.KEPT, (counterparts[each.name],), (each,))


def measure_members(members: Sequence[PairMember], schema: Schema) -> int | None:
    """Bytes of fields and unused bytes together; None: it depends on the state."""
    total = 0
    for member in members:
        size = (
            measure_type(member.type, schema)
            if isinstance(member, Field)
            else fold_constant(member.length)
        )
        if size is None:
            return None
        total += int(size)
    return total


def _find_gaps(
    before: list[PairMember], after: list[PairMember], counterparts: dict[str, Field]
) -> Iterator[tuple[list[PairMember], list[PairMember]]]:
    """The members without a counterpart, between members that have one and kept their order."""
    places = {id(member): i for i, member in enumerate(before)}
    taken = {id(member) for member in counterparts.values()}
    start = 0
    gained: list[PairMember] = []
    for new in after:
        old = counterparts.get(new.name) if isinstance(new, Field) else None
        if old is None:
            gained.append(new)
            continue
        place = places[id(old)]
        if place < start:
            continue  # a reordered field ends no gap
        yield [member for member in before[start:place] if id(member) not in taken], gained
        start, gained = place + 1, []
    yield [member for member in before[start:] if id(member) not in taken], gained


def _find_derived(
    lost: list[PairMember], gained: list[PairMember], one: Description, other: Description
) -> Iterator[FieldChange]:
    """Takes the fields out of a gap that are computed, and not sent, on one side.

    Where unused bytes are in the gap, they are reported instead.
    """
    if any(isinstance(each, Unused) for each in (*lost, *gained)):
        return
    for kind, members, body in (
        (ChangeKind.DERIVED, lost, other),
        (ChangeKind.SENT, gained, one),
    ):
        computed = {local.name for local in body.locals} | {let.name for let in body.lets}
        for each in list(members):
            if isinstance(each, Field) and each.name in computed:
                members.remove(each)
                yield _change(kind, (each,), (), is_old=kind is ChangeKind.DERIVED)


def _compare_gap(
    lost: list[PairMember], gained: list[PairMember], one: Schema, other: Schema
) -> Iterator[FieldChange]:
    """What was between two kept fields before, and what is there now."""
    for kind, wholes, parts, schema in (
        (ChangeKind.INLINED, lost, gained, one),
        (ChangeKind.GROUPED, gained, lost, other),
    ):
        for whole in list(wholes):
            inner = _find_inlined(whole, parts, schema)
            if inner:
                wholes.remove(whole)
                for part in inner:
                    parts.remove(part)
                yield _change(kind, (whole,), tuple(inner), is_old=kind is ChangeKind.INLINED)
    while lost and gained:
        before, after = _count_equal_bytes(lost, gained, one, other)
        kind_or_none = _classify_equal_bytes(lost[:before], gained[:after])
        if kind_or_none is None:
            before, after = 1, 1
            kind_or_none = _classify_single(lost[0], gained[0], one, other)
        if kind_or_none is None:
            break
        yield FieldChange(kind_or_none, tuple(lost[:before]), tuple(gained[:after]))
        del lost[:before], gained[:after]
    yield from (FieldChange(ChangeKind.REMOVED, (old,), ()) for old in lost)
    yield from (FieldChange(ChangeKind.ADDED, (), (new,)) for new in gained)


def _change(
    kind: ChangeKind,
    these: tuple[PairMember, ...],
    others: tuple[PairMember, ...],
    *,
    is_old: bool,
) -> FieldChange:
    """`is_old`: whether `these` are the old members."""
    return FieldChange(kind, these if is_old else others, others if is_old else these)


def _count_equal_bytes(
    lost: list[PairMember], gained: list[PairMember], one: Schema, other: Schema
) -> tuple[int, int]:
    """The fewest members from the front of either side that take the same number of bytes.

    Zero and zero: no such number is known.
    """
    before = after = there = here = 0
    while not (before and after and there == here):
        is_old = there <= here
        members, at, schema = (lost, before, one) if is_old else (gained, after, other)
        member = members[at] if at < len(members) else None
        if member is None or member.since or member.condition is not None:
            return 0, 0
        size = measure_members((member,), schema)
        if size is None:
            return 0, 0
        if is_old:
            before, there = before + 1, there + size
        else:
            after, here = after + 1, here + size
    return before, after


def _classify_equal_bytes(olds: list[PairMember], news: list[PairMember]) -> ChangeKind | None:
    """The kind of change where `olds` and `news` take the same number of bytes."""
    if not olds or not news:
        return None
    was_unused = all(isinstance(old, Unused) for old in olds)
    match was_unused, all(isinstance(new, Unused) for new in news):
        case True, True:
            return ChangeKind.KEPT
        case True, False:
            return ChangeKind.FROM_UNUSED
        case False, True:
            return ChangeKind.TO_UNUSED
        case _:
            has_unused = any(isinstance(member, Unused) for member in (*olds, *news))
            is_single = min(len(olds), len(news)) == 1
            return ChangeKind.REPLACED if is_single and not has_unused else None


def _classify_single(
    old: PairMember, new: PairMember, one: Schema, other: Schema
) -> ChangeKind | None:
    """The kind of change of one member into another, whatever their gates are."""
    match old, new:
        case Unused(), Unused():
            return ChangeKind.KEPT
        case Unused(), Field():
            return ChangeKind.FROM_UNUSED
        case Field(), Unused():
            return ChangeKind.TO_UNUSED
        case _:
            before, after = measure_members((old,), one), measure_members((new,), other)
            return ChangeKind.REPLACED if before is not None and before == after else None


def _find_inlined(whole: PairMember, parts: list[PairMember], schema: Schema) -> list[PairMember]:
    """The neighbours in `parts` that have the names of all fields of a struct, in order."""
    if not isinstance(whole, Field) or not isinstance(whole.type, StructType):
        return []
    inner = [field.name for field in schema.descriptions[whole.type.name].fields]
    names = [part.name if isinstance(part, Field) else "" for part in parts]
    for i in range(len(names) - len(inner) + 1):
        if inner and names[i : i + len(inner)] == inner:
            return parts[i : i + len(inner)]
    return []
