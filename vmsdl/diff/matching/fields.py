"""Which field or subsection of one side corresponds to which of the other side.

Fields correspond by name, or by a rename that is declared with `formerly`. Subsections correspond
by their names on the wire.
"""

from collections.abc import Iterator, Mapping

from vmsdl.diff.matching.splits import Split, find_splits
from vmsdl.expr.logic import FieldPath
from vmsdl.expr.nodes import Binary, Member, Operator
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Role, Schema, Validate
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.traverse import find_embedded_structs, find_struct


@dataclass(frozen=True, slots=True)
class Side:
    """One of two compared descriptions, with the schema that it is part of.

    `settled`: wire names of structs whose hooks are reported at the struct, and not in what embeds
    it.
    """

    schema: Schema
    description: Description
    settled: frozenset[str] = frozenset()


def match_fields(there: Description, here: Description) -> dict[str, str]:
    """The name that each field of `here` has in `there`; fields without a counterpart are left out.

    Either side may declare a rename, and what is declared counts more than an equal name: the name
    can be another field's by now. Each field of `there` corresponds to one field of `here`.
    """
    ours = {field.name: field for field in here.fields}
    theirs = {field.name: field for field in there.fields}
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name, other in _find_renames(there, here):
        if name in ours and other in theirs and name not in found and other not in taken:
            found[name] = other
            taken.add(other)
    for name in ours:
        if name not in found and name in theirs and name not in taken:
            found[name] = name
            taken.add(name)
    return found


def _find_renames(there: Description, here: Description) -> Iterator[tuple[str, str]]:
    """The renames that happened between the two, as names of `here` and of `there`.

    Where both sides declare it, it happened before both. Parts of a field that was split are no
    renames where one of them kept the name.
    """
    yield from _find_renames_by_checks(there, here)
    yield from ((name, other) for other, name in _find_renames_by_checks(here, there))
    if not any(field.formerly for field in (*here.fields, *there.fields)):
        return
    parts = {
        field.name
        for split in find_splits(there, here)
        for side, whole in ((split.here, split.there), (split.there, split.here))
        if any(one.name == other.name for one in side for other in whole)
        for field in side
    }
    for one, other, is_here in ((here, there, True), (there, here, False)):
        earlier = {field.name: field.formerly for field in other.fields}
        for field in one.fields:
            for former in field.formerly:
                if former not in earlier.get(field.name, ()) and field.name not in parts:
                    yield (field.name, former) if is_here else (former, field.name)


def _find_renames_by_checks(there: Description, here: Description) -> Iterator[tuple[str, str]]:
    """A field of `there` became a local or property of `here`, and what is sent in its place is
    checked to be equal to that (`num_timers_save` of QEMU's hpet)."""
    ours, theirs = ({field.name for field in each.fields} for each in (here, there))
    unsent = {member.name for member in find_settable_members(here)}
    for step in here.steps:
        match step:
            case Validate(
                condition=Binary(
                    operator=Operator.EQUAL, left=Member(up=0) as one, right=Member(up=0) as other
                )
            ):
                for sent, known in ((one.name, other.name), (other.name, one.name)):
                    if sent in ours - theirs and known in unsent and known in theirs - ours:
                        yield sent, known
            case _:
                pass


def find_counterpart(sub: Description, here: Description, there: Description) -> Description | None:
    """The subsection of `there` with the wire name of `sub`, which is a subsection of `here`.

    Where several have that wire name, they correspond in order.
    """
    ours = [each for each in here.subsections if each.wire_name == sub.wire_name]
    theirs = [each for each in there.subsections if each.wire_name == sub.wire_name]
    index = next((i for i, each in enumerate(ours) if each.name == sub.name), 0)
    return theirs[min(index, len(theirs) - 1)] if theirs else None


@dataclass(frozen=True, slots=True)
class SplitPosition:
    """The place of a field in a split.

    `there`: the path of the body that has the fields on the other side. `at`: the index of the
    field's name in its own path.
    """

    split: Split
    there: FieldPath
    at: int


@dataclass(frozen=True, slots=True)
class _Location:
    """What corresponds to a path: the path on the other side, and the split that it is in."""

    counterpart: FieldPath | None
    split: SplitPosition | None


class Pairing:
    """From paths of one side (`here`) to paths of the other side (`there`)."""

    def __init__(self, here: Side, there: Side) -> None:
        self.here = here
        self.there = there
        self._bodies: dict[tuple[int, int], _MatchedBody] = {}
        self._locations: dict[FieldPath, _Location] = {}

    def counterpart(self, path: FieldPath) -> FieldPath | None:
        """The path of the same field on the other side; None: the other side does not have it."""
        return self._locate(path).counterpart

    def find_split(self, path: FieldPath) -> SplitPosition | None:
        """The split that a field is in; None: it is in no split."""
        return self._locate(path).split

    def _locate(self, path: FieldPath) -> _Location:
        if path not in self._locations:
            self._locations[path] = self._follow(path)
        return self._locations[path]

    def _follow(self, path: FieldPath) -> _Location:
        # None: below a struct that only one side has, or below a value.
        body: _MatchedBody | None = self._match(self.here.description, self.there.description)
        counterpart: list[str | int] = []
        split: SplitPosition | None = None
        for i, part in enumerate(path):
            if isinstance(part, int):
                counterpart.append(part)
                continue
            if body is None:
                return _Location(None, split)
            if part in body.subsections:
                sub, other = body.subsections[part]
                if other is None:
                    return _Location(None, split)
                counterpart.append(other.name)
                body = self._match(sub, other)
                continue
            if part not in body.fields:
                if part not in body.settable:
                    return _Location(None, split)
                counterpart.append(part)
                body = None
                continue
            if part in body.splits:
                split = SplitPosition(body.splits[part], tuple(counterpart), i)
            field, theirs = body.fields[part]
            if theirs is None:
                return _Location(None, split)
            counterpart.append(theirs.name)
            body = self._match_structs(field, theirs)
        return _Location(tuple(counterpart), split)

    def _match_structs(self, here: Field, there: Field) -> "_MatchedBody | None":
        mine, yours = find_struct(here.type), find_struct(there.type)
        if mine is None or yours is None:
            return None
        return self._match(
            self.here.schema.descriptions[mine.name], self.there.schema.descriptions[yours.name]
        )

    def _match(self, here: Description, there: Description) -> "_MatchedBody":
        bodies = (id(here), id(there))
        if bodies not in self._bodies:
            self._bodies[bodies] = _match_bodies(here, there)
        return self._bodies[bodies]


@dataclass(frozen=True, slots=True)
class _MatchedBody:
    """The members of a body with their counterparts, by the names of this side."""

    subsections: Mapping[str, tuple[Description, Description | None]]
    fields: Mapping[str, tuple[Field, Field | None]]
    splits: Mapping[str, Split]
    settable: frozenset[str]  # locals and properties of the other side


def _match_bodies(here: Description, there: Description) -> _MatchedBody:
    names = match_fields(there, here)
    theirs = {field.name: field for field in there.fields}
    return _MatchedBody(
        subsections={
            sub.name: (sub, find_counterpart(sub, here, there)) for sub in here.subsections
        },
        fields={
            field.name: (field, theirs[names[field.name]] if field.name in names else None)
            for field in here.fields
        },
        splits={field.name: split for split in find_splits(there, here) for field in split.here},
        settable=frozenset(member.name for member in find_settable_members(there)),
    )


def find_top_descriptions(schema: Schema) -> list[Description]:
    """The descriptions that are compared on their own: devices, then structs that no other
    description embeds."""
    described = list(schema.descriptions.values())
    embedded = {name for each in described for name in find_embedded_structs(each)}
    return [each for each in described if each.role is Role.DEVICE] + [
        each for each in described if each.role is Role.STRUCT and each.name not in embedded
    ]
