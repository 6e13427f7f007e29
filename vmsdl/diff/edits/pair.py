"""Two descriptions of one thing, which the rules compare; and all such pairs of two devices."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from functools import cached_property, wraps
from typing import TypeAlias, TypeVar, cast

from vmsdl.diff.edits.field_changes import ChangeKind, FieldChange, find_field_changes
from vmsdl.diff.matching.fields import Side, find_counterpart
from vmsdl.diff.matching.moves import (
    HookMove,
    Move,
    find_moved_hooks,
    find_moves,
    find_renamed_subsections,
)
from vmsdl.diff.result import MigrationResult
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Hook, Role
from vmsdl.schema.traverse import find_structs

PairPath: TypeAlias = tuple[str, ...]  # names from the device down, without indexes

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Pair:
    """Two descriptions of one thing: two devices, or subsections or structs of these.

    `old_path`, `new_path`: where they are in their devices, by the names of either side.
    `owner`: for a subsection the pair that has it, for a struct the pair that embeds it; None: the
    devices themselves. `embedding`: for a struct, the two fields that embed it.
    `forward`, `backward`: for devices, the results of the two directions.
    """

    old: Side
    new: Side
    old_path: PairPath = ()
    new_path: PairPath = ()
    owner: "Pair | None" = field(default=None, repr=False)
    embedding: tuple[Field, Field] | None = field(default=None, repr=False)
    forward: MigrationResult | None = field(default=None, repr=False)
    backward: MigrationResult | None = field(default=None, repr=False)
    answers: dict[object, object] = field(default_factory=dict, repr=False)  # of `once_per_pair`

    @property
    def bodies(self) -> tuple[Description, Description]:
        """The old description and the new one."""
        return self.old.description, self.new.description

    @property
    def is_top(self) -> bool:
        """It is a pair of devices, or of structs that no other description embeds."""
        return self.owner is None

    @property
    def is_versioned(self) -> bool:
        """Its version is on the wire: sections and subsections have one there, structs do not."""
        return self.new.description.role is not Role.STRUCT

    @property
    def is_embedded(self) -> bool:
        """It is a struct inside another description."""
        return not self.is_top and not self.is_versioned

    @property
    def scope(self) -> tuple[tuple[Description, Description], ...]:
        """The bodies that an expression in this body can name members of, innermost first."""
        pairs = [self]
        while pairs[-1].owner is not None:
            pairs.append(pairs[-1].owner)
        return tuple(pair.bodies for pair in pairs)

    @cached_property
    def changes(self) -> tuple[FieldChange, ...]:
        """What changed about the fields of the body, except fields that moved to another body."""
        moves = self.moves + (() if self.owner is None else self.owner.moves)
        return tuple(find_field_changes(self.old, self.new, moves))

    def find_changes(self, *kinds: ChangeKind) -> Iterator[FieldChange]:
        return (change for change in self.changes if change.kind in kinds)

    @cached_property
    def kept_fields(self) -> tuple[tuple[Field, Field], ...]:
        """Each old field with its new counterpart, whatever else changed about it."""
        found: list[tuple[Field, Field]] = []
        for change in self.find_changes(ChangeKind.KEPT):
            match change.old, change.new:
                case (Field() as old,), (Field() as new,):
                    found.append((old, new))
                case _:
                    pass  # unused bytes
        return tuple(found)

    @property
    def added_fields(self) -> Iterator[Field]:
        for change in self.find_changes(ChangeKind.ADDED):
            yield from (each for each in change.new if isinstance(each, Field))

    @property
    def removed_fields(self) -> Iterator[Field]:
        for change in self.find_changes(ChangeKind.REMOVED):
            yield from (each for each in change.old if isinstance(each, Field))

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The fields that moved between this body and its subsections, or between those."""
        return tuple(find_moves(*self.bodies))

    @cached_property
    def renamed_subsections(self) -> tuple[tuple[Description, Description], ...]:
        """Subsections that have another wire name, but the same name or the same fields."""
        return tuple(find_renamed_subsections(*self.bodies))

    @cached_property
    def subsections(self) -> tuple[tuple[Description | None, Description | None], ...]:
        """Each subsection with its counterpart; renamed subsections are left out."""
        before, after = self.bodies
        renamed = [id(sub) for subs in self.renamed_subsections for sub in subs]
        found: list[tuple[Description | None, Description | None]] = [
            (sub, None)
            for sub in before.subsections
            if find_counterpart(sub, before, after) is None
        ]
        found += [(find_counterpart(sub, after, before), sub) for sub in after.subsections]
        return tuple(
            (old, new) for old, new in found if id(old) not in renamed and id(new) not in renamed
        )

    @property
    def kept_subsections(self) -> Iterator[tuple[Description, Description]]:
        return ((old, new) for old, new in self.subsections if old is not None and new is not None)

    @property
    def added_subsections(self) -> Iterator[Description]:
        return (new for old, new in self.subsections if old is None and new is not None)

    @property
    def removed_subsections(self) -> Iterator[Description]:
        return (old for old, new in self.subsections if new is None and old is not None)

    def has_only_moved_fields(self, sub: Description) -> bool:
        """All fields of the subsection moved: the moves are reported instead of the subsection."""
        moved = [id(field) for move in self.moves for field in (move.old, move.new)]
        return bool(sub.fields) and all(id(field) in moved for field in sub.fields)

    @cached_property
    def moved_hooks(self) -> tuple[HookMove, ...]:
        """The hooks that moved between this body and its subsections, or between those."""
        return tuple(find_moved_hooks((self.bodies, *self.subsections)))

    @property
    def own_moved_hooks(self) -> set[Hook]:
        """The hooks that moved into this body or out of it, also from or to its owner."""
        moves = self.moved_hooks + (() if self.owner is None else self.owner.moved_hooks)
        return {
            move.hook
            for move in moves
            if any(body is own for body in (move.source, move.target) for own in self.bodies)
        }

    def pair_structs(self, old: Field, new: Field) -> "Iterator[Pair]":
        """The structs that two fields hold: one each, also in an array or list; of a map both."""
        # From the end: a map without a key struct is paired by its values.
        ours, theirs = reversed(find_structs(old.type)), reversed(find_structs(new.type))
        for mine, yours in zip(ours, theirs, strict=False):
            yield Pair(
                Side(self.old.schema, self.old.schema.descriptions[mine.name]),
                Side(self.new.schema, self.new.schema.descriptions[yours.name]),
                (*self.old_path, old.name),
                (*self.new_path, new.name),
                owner=self,
                embedding=(old, new),
            )

    def pair_subsections(self) -> "Iterator[Pair]":
        for old, new in self.kept_subsections:
            yield Pair(
                Side(self.old.schema, old),
                Side(self.new.schema, new),
                (*self.old_path, old.name),
                (*self.new_path, new.name),
                owner=self,
            )


def find_pairs(top: Pair) -> Iterator[Pair]:
    """All pairs of descriptions in two devices; two structs only at their first place."""
    seen: set[tuple[str, str]] = set()
    waiting = [top]
    while waiting:
        pair = waiting.pop(0)
        yield pair
        for old, new in pair.kept_fields:
            for inner in pair.pair_structs(old, new):
                names = inner.old.description.name, inner.new.description.name
                if names not in seen:
                    seen.add(names)
                    waiting.append(inner)
        waiting += pair.pair_subsections()


def once_per_pair(find: Callable[[Pair], Iterable[T]]) -> Callable[[Pair], tuple[T, ...]]:
    """Decorate a function that many rules call: its results are kept in the pair."""

    @wraps(find)
    def find_once(pair: Pair) -> tuple[T, ...]:
        if find not in pair.answers:
            pair.answers[find] = tuple(find(pair))
        return cast(tuple[T, ...], pair.answers[find])

    return find_once
