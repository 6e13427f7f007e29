"""From two descriptions of one thing to what became of each of their fields.

Pairing is done here, once; the rules say what it means.
"""

from collections.abc import Iterator
from dataclasses import field
from enum import Enum
from functools import cached_property

from vmsdl.diff.edits.constraints import Constraint, ConstraintChange, find_constraints
from vmsdl.diff.matching.fields import Side, find_counterpart, match_names
from vmsdl.diff.matching.moves import HookMove, Move, find_moved_hooks, find_moves, find_renamed
from vmsdl.diff.matching.splits import find_splits
from vmsdl.diff.result import MigrationResult
from vmsdl.expr.fold import fold_constant
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Hook, Role, Schema, Unused
from vmsdl.schema.sizes import measure_type
from vmsdl.schema.traverse import find_structs
from vmsdl.schema.types import StructType

PairPath = tuple[str, ...]
PairMember = Field | Unused


class ChangeKind(Enum):
    """What became of a stretch of fields."""

    KEPT = "it has its counterpart: by name, by `formerly`, or unused bytes by their place"
    REPLACED = "another name in its place, as wide, and nothing says that it is the same"
    CUT = "one field became several, or several one: declared, and the same bytes"
    INLINED = "the fields of a struct stand where the struct stood"
    GROUPED = "a struct of the same fields stands where they stood"
    TO_UNUSED = "unused bytes stand where it stood"
    FROM_UNUSED = "it stands where unused bytes stood"
    DERIVED = "a local or a `let` has its name: it is worked out, and not sent any more"
    SENT = "a local or a `let` had its name: it was worked out, and is sent now"
    REMOVED = "it is gone"
    ADDED = "it is new"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """`old` and `new` stand for each other; one is empty where the other came or went."""

    how: ChangeKind
    old: tuple[PairMember, ...]
    new: tuple[PairMember, ...]


@dataclass(frozen=True)
class Pair:
    """Two descriptions of one thing, and where they stand, by the names of either side.

    `owner`: of a subsection the pair of its owners, of an embedded struct of those that embed it;
    `holder`: there, the field that does.
    `forward`, `backward`: of the top, what the comparison found.
    """

    old: Side
    new: Side
    old_path: PairPath = ()
    new_path: PairPath = ()
    owner: "Pair | None" = field(default=None, repr=False, compare=False)
    holder: tuple[Field, Field] | None = field(default=None, repr=False, compare=False)
    forward: MigrationResult | None = field(default=None, repr=False, compare=False)
    backward: MigrationResult | None = field(default=None, repr=False, compare=False)

    @property
    def is_top(self) -> bool:
        return self.owner is None

    @property
    def is_versioned(self) -> bool:
        """Its version is on the wire: a section's and a subsection's is, a struct's is not."""
        return self.new.description.role is not Role.STRUCT

    @property
    def is_embedded(self) -> bool:
        """A struct that stands in another body."""
        return not self.is_top and not self.is_versioned

    @cached_property
    def changes(self) -> tuple[FieldChange, ...]:
        """What became of the fields of the body itself, but for what moved to another body."""
        return tuple(_changes(self))

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """Fields that went between this body and its subsections, or between those."""
        return tuple(find_moves(self.old.description, self.new.description))

    @cached_property
    def demands(self) -> tuple[Constraint, ...]:
        """What one side alone demands of the values of the body."""
        return tuple(find_constraints(self))

    def ruled(self, *kinds: ConstraintChange) -> Iterator[Constraint]:
        return (demand for demand in self.demands if demand.ruled in kinds)

    def changed(self, *how: ChangeKind) -> Iterator[FieldChange]:
        return (change for change in self.changes if change.how in how)

    @property
    def kept(self) -> Iterator[tuple[Field, Field]]:
        """Fields that stand for each other, one for one, whatever else changed about them."""
        for change in self.changes:
            match change:
                case FieldChange(ChangeKind.KEPT, (Field() as old,), (Field() as new,)):
                    yield old, new

    @property
    def added(self) -> Iterator[Field]:
        for change in self.changed(ChangeKind.ADDED):
            yield from (each for each in change.new if isinstance(each, Field))

    @property
    def removed(self) -> Iterator[Field]:
        for change in self.changed(ChangeKind.REMOVED):
            yield from (each for each in change.old if isinstance(each, Field))

    def inside(self, old: Field, new: Field) -> "Iterator[Pair]":
        """The structs that two fields hold: alone, in an array or list, of a map both."""
        for mine, yours in zip(
            reversed(find_structs(old.type)), reversed(find_structs(new.type)), strict=False
        ):
            yield Pair(
                Side(self.old.schema, self.old.schema.descriptions[mine.name]),
                Side(self.new.schema, self.new.schema.descriptions[yours.name]),
                (*self.old_path, old.name),
                (*self.new_path, new.name),
                owner=self,
                holder=(old, new),
            )

    @property
    def subsections(self) -> list[tuple[Description | None, Description | None]]:
        """Each subsection with the one of its name on the wire; those renamed are left out."""
        one, other = self.old.description, self.new.description
        told = [id(sub) for renamed in self.renamed for sub in renamed]
        found: list[tuple[Description | None, Description | None]] = [
            (s, None) for s in one.subsections if find_counterpart(s, one, other) is None
        ]
        found += [(find_counterpart(s, other, one), s) for s in other.subsections]
        return [(old, new) for old, new in found if id(old) not in told and id(new) not in told]

    @cached_property
    def renamed(self) -> tuple[tuple[Description, Description], ...]:
        """Subsections that have another name on the wire, and else their name or their fields."""
        return tuple(find_renamed(self.old.description, self.new.description))

    def is_moved(self, sub: Description) -> bool:
        """A subsection all of whose fields came from elsewhere, or went: they tell of it."""
        moved = [id(field) for move in self.moves for field in (move.old, move.new)]
        return bool(sub.fields) and all(id(field) in moved for field in sub.fields)

    @cached_property
    def moved_hooks(self) -> tuple[HookMove, ...]:
        """Hooks that went from the body into a subsection, out of one, or across."""
        bodies = ((self.old.description, self.new.description), *self.subsections)
        return tuple(find_moved_hooks(bodies))

    @property
    def told_hooks(self) -> set[Hook]:
        """Those of the body that are told of as moved, here or by the owner."""
        own = (self.old.description, self.new.description)
        found = self.moved_hooks + (() if self.owner is None else self.owner.moved_hooks)
        return {
            move.hook
            for move in found
            if any(body is each for body in (move.source, move.target) for each in own)
        }


def find_pairs(top: Pair) -> Iterator[Pair]:
    """The descriptions of two devices that stand for each other, each where it first stands."""
    seen: set[tuple[str, str]] = set()
    waiting = [top]
    while waiting:
        pair = waiting.pop(0)
        yield pair
        for old, new in pair.kept:
            for inner in pair.inside(old, new):
                structs = inner.old.description.name, inner.new.description.name
                if structs not in seen:
                    seen.add(structs)
                    waiting.append(inner)
        for before, after in pair.subsections:
            if before is not None and after is not None:
                waiting.append(
                    Pair(
                        Side(pair.old.schema, before),
                        Side(pair.new.schema, after),
                        (*pair.old_path, before.name),
                        (*pair.new_path, after.name),
                        owner=pair,
                    )
                )


def _changes(pair: Pair) -> Iterator[FieldChange]:
    one, other = pair.old.description, pair.new.description
    gone, came = _moved(pair)
    before = [s for s in one.steps if isinstance(s, Field | Unused) and s not in gone]
    after = [s for s in other.steps if isinstance(s, Field | Unused) and s not in came]
    for cut in find_splits(one, other):
        yield FieldChange(ChangeKind.CUT, cut.there, cut.here)
        before = [s for s in before if s not in cut.there]
        after = [s for s in after if s not in cut.here]
    known = match_names(one, other)
    olds = {f.name: f for f in before if isinstance(f, Field)}
    partner = {
        new.name: olds[known[new.name]]
        for new in after
        if isinstance(new, Field) and known.get(new.name) in olds
    }
    taken = set(map(id, partner.values()))
    for lost, found in _between(before, after, partner, taken):
        yield from _derived(lost, found, one, other)
        yield from _gap(lost, found, pair.old.schema, pair.new.schema)
    for new in after:
        if isinstance(new, Field) and new.name in partner:
            yield FieldChange(ChangeKind.KEPT, (partner[new.name],), (new,))


def _between(
    before: list[PairMember], after: list[PairMember], partner: dict[str, Field], taken: set[int]
) -> Iterator[tuple[list[PairMember], list[PairMember]]]:
    """What has no counterpart, between fields that have one and kept their order."""
    places = {id(step): i for i, step in enumerate(before)}
    start = 0
    found: list[PairMember] = []
    for new in after:
        old = partner.get(new.name) if isinstance(new, Field) else None
        if old is None:
            found.append(new)
            continue
        place = places[id(old)]
        if place < start:
            continue  # it stands elsewhere in the order
        yield [step for step in before[start:place] if id(step) not in taken], found
        start, found = place + 1, []
    yield [step for step in before[start:] if id(step) not in taken], found


def _derived(
    lost: list[PairMember], found: list[PairMember], one: Description, other: Description
) -> Iterator[FieldChange]:
    """What is still there on the other side, and not sent; where unused bytes are in its place,
    those tell."""
    if any(isinstance(each, Unused) for each in (*lost, *found)):
        return
    for how, pieces, body in ((ChangeKind.DERIVED, lost, other), (ChangeKind.SENT, found, one)):
        unsent = {local.name for local in body.locals} | {let.name for let in body.lets}
        for each in list(pieces):
            if isinstance(each, Field) and each.name in unsent:
                pieces.remove(each)
                is_gone = how is ChangeKind.DERIVED
                yield FieldChange(how, (each,) if is_gone else (), () if is_gone else (each,))


def _gap(
    lost: list[PairMember], found: list[PairMember], one: Schema, other: Schema
) -> Iterator[FieldChange]:
    """What stood between two fields, and what stands there now."""
    for how, wholes, parts, schema in (
        (ChangeKind.INLINED, lost, found, one),
        (ChangeKind.GROUPED, found, lost, other),
    ):
        for whole in list(wholes):
            inner = _inside(whole, parts, schema)
            if inner:
                wholes.remove(whole)
                for part in inner:
                    parts.remove(part)
                is_inlined = how is ChangeKind.INLINED
                yield FieldChange(
                    how,
                    (whole,) if is_inlined else tuple(inner),
                    tuple(inner) if is_inlined else (whole,),
                )
    while lost and found:
        before, after = _as_wide(lost, found, one, other)
        became = _became(lost[:before], found[:after])
        if became is None:
            before, after = 1, 1
            became = _in_place(lost[0], found[0], one, other)
        if became is None:
            break
        yield FieldChange(became, tuple(lost[:before]), tuple(found[:after]))
        del lost[:before], found[:after]
    yield from (FieldChange(ChangeKind.REMOVED, (old,), ()) for old in lost)
    yield from (FieldChange(ChangeKind.ADDED, (), (new,)) for new in found)


def _as_wide(
    lost: list[PairMember], found: list[PairMember], one: Schema, other: Schema
) -> tuple[int, int]:
    """How many on either side are the same number of bytes, the fewest; none, where none are."""
    before = after = there = here = 0
    while not (before and after and there == here):
        is_old = there <= here
        pieces, at, schema = (lost, before, one) if is_old else (found, after, other)
        piece = pieces[at] if at < len(pieces) else None
        if piece is None or piece.since or piece.condition is not None:
            return 0, 0
        size = _size(piece, schema)
        if size is None:
            return 0, 0
        if is_old:
            before, there = before + 1, there + size
        else:
            after, here = after + 1, here + size
    return before, after


def _became(olds: list[PairMember], news: list[PairMember]) -> ChangeKind | None:
    """What it is that as many bytes stand for others."""
    if not olds or not news:
        return None
    is_gap = all(isinstance(old, Unused) for old in olds)
    match is_gap, all(isinstance(new, Unused) for new in news):
        case True, True:
            return ChangeKind.KEPT
        case True, False:
            return ChangeKind.FROM_UNUSED
        case False, True:
            return ChangeKind.TO_UNUSED
        case _:
            is_bare = not any(isinstance(piece, Unused) for piece in (*olds, *news))
            return ChangeKind.REPLACED if is_bare and min(len(olds), len(news)) == 1 else None


def _in_place(old: PairMember, new: PairMember, one: Schema, other: Schema) -> ChangeKind | None:
    """One for one, whatever they are gated by."""
    match old, new:
        case Unused(), Unused():
            return ChangeKind.KEPT
        case Unused(), Field():
            return ChangeKind.FROM_UNUSED
        case Field(), Unused():
            return ChangeKind.TO_UNUSED
        case _ if _size(old, one) is not None and _size(old, one) == _size(new, other):
            return ChangeKind.REPLACED
        case _:
            return None


def _size(piece: PairMember, schema: Schema) -> int | None:
    if isinstance(piece, Field):
        return measure_type(piece.type, schema)
    length = fold_constant(piece.length)
    return None if length is None else int(length)


def _inside(whole: PairMember, parts: list[PairMember], schema: Schema) -> list[PairMember]:
    """Neighbours that are called as the fields of a struct are, all of them and in order."""
    if not isinstance(whole, Field) or not isinstance(whole.type, StructType):
        return []
    inner = [step.name for step in schema.descriptions[whole.type.name].fields]
    called = [part.name if isinstance(part, Field) else "" for part in parts]
    for i in range(len(called) - len(inner) + 1):
        if inner and called[i : i + len(inner)] == inner:
            return parts[i : i + len(inner)]
    return []


def _moved(pair: Pair) -> tuple[list[Field], list[Field]]:
    """The fields of the two bodies that are told of as moves, here or by the owner."""
    known = list(pair.moves)
    if pair.owner is not None:
        known += pair.owner.moves
    gone = [move.old for move in known if move.old_owner is pair.old.description]
    came = [move.new for move in known if move.new_owner is pair.new.description]
    return gone, came
