"""Which field of one side stands for which of the other, however it is called now."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vmsdl.diff.matching.splits import Split, find_splits
from vmsdl.expr.logic import FieldPath
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Role, Schema
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.traverse import find_embedded_structs, find_struct

if TYPE_CHECKING:
    pass


def match_names(there: Description, here: Description) -> dict[str, str]:
    """For the fields of `here` their names `there`; a rename is declared on either side."""
    theirs = {field.name: field for field in there.fields}
    found: dict[str, str] = {f.name: f.name for f in here.fields if f.name in theirs}
    taken = set(found.values())
    later: dict[str, list[str]] = {}  # by what a field there was called
    for other in there.fields:
        for old in other.formerly:
            later.setdefault(old, []).append(other.name)
    for field in here.fields:
        if field.name in found:
            continue
        olds = [name for name in field.formerly if name in theirs]
        olds += later.get(field.name, [])
        name = next((name for name in olds if name not in taken), None)
        if name is not None:
            found[field.name] = name
            taken.add(name)
    return found


def find_counterpart(sub: Description, here: Description, there: Description) -> Description | None:
    """The subsection of the same name on the wire; of two the one in the same order."""
    name = sub.wire_name
    ours = [s for s in here.subsections if s.wire_name == name]
    theirs = [s for s in there.subsections if s.wire_name == name]
    place = next((i for i, each in enumerate(ours) if each.name == sub.name), 0)
    return theirs[min(place, len(theirs) - 1)] if theirs else None


@dataclass(frozen=True, slots=True)
class Side:
    schema: Schema
    description: Description


@dataclass(frozen=True, slots=True)
class SplitPosition:
    """A place in a cut: `there` is the other side's body; the field is the part `at` of the key."""

    cut: Split
    there: FieldPath
    at: int


class Pairing:
    """From places of one side to those of the other."""

    def __init__(self, here: Side, there: Side) -> None:
        self.here = here
        self.there = there
        self._matched: dict[tuple[int, int], _Matched] = {}
        self._followed: dict[FieldPath, tuple[FieldPath | None, SplitPosition | None]] = {}

    def counterpart(self, key: FieldPath) -> FieldPath | None:
        """Where the other side has what stands here."""
        return self._known(key)[0]

    def cut(self, key: FieldPath) -> SplitPosition | None:
        """The stretch of bytes, cut otherwise on the other side, that this place is in."""
        return self._known(key)[1]

    def _known(self, key: FieldPath) -> tuple[FieldPath | None, SplitPosition | None]:
        if key not in self._followed:
            self._followed[key] = self._follow(key)
        return self._followed[key]

    def _follow(self, key: FieldPath) -> tuple[FieldPath | None, SplitPosition | None]:
        matched: _Matched | None = self._match(self.here.description, self.there.description)
        out: list[str | int] = []
        found: SplitPosition | None = None
        for i, part in enumerate(key):
            if isinstance(part, int):
                out.append(part)
                continue
            if matched is None:
                return None, found
            if part in matched.subsections:
                sub, other = matched.subsections[part]
                if other is None:
                    return None, found
                out.append(other.name)
                matched = self._match(sub, other)
                continue
            if part not in matched.fields:
                if part not in matched.known:
                    return None, found
                out.append(part)
                matched = None
                continue
            if part in matched.cuts:
                found = SplitPosition(matched.cuts[part], tuple(out), i)
            field, theirs = matched.fields[part]
            if theirs is None:
                return None, found
            out.append(theirs.name)
            mine, yours = find_struct(field.type), find_struct(theirs.type)
            matched = None
            if mine is not None and yours is not None:
                matched = self._match(
                    self.here.schema.descriptions[mine.name],
                    self.there.schema.descriptions[yours.name],
                )
        return tuple(out), found

    def _match(self, here: Description, there: Description) -> "_Matched":
        key = (id(here), id(there))
        if key not in self._matched:
            self._matched[key] = _matched(here, there)
        return self._matched[key]


@dataclass(frozen=True, slots=True)
class _Matched:
    """Of two bodies what stands for each other, by the names of this side."""

    subsections: Mapping[str, tuple[Description, Description | None]]
    fields: Mapping[str, tuple[Field, Field | None]]
    cuts: Mapping[str, Split]
    known: frozenset[str]  # locals and properties that the other side has too


def _matched(here: Description, there: Description) -> _Matched:
    called = match_names(there, here)
    theirs = {field.name: field for field in there.fields}
    fields = {
        field.name: (field, theirs[called[field.name]] if field.name in called else None)
        for field in here.fields
    }
    return _Matched(
        subsections={
            sub.name: (sub, find_counterpart(sub, here, there)) for sub in here.subsections
        },
        fields=fields,
        cuts={field.name: cut for cut in find_splits(there, here) for field in cut.here},
        known=frozenset(member.name for member in find_settable_members(there)),
    )


def find_top_descriptions(schema: Schema) -> list[Description]:
    """What is compared by itself: devices, and structs that nothing embeds."""
    embedded = {name for d in schema.descriptions.values() for name in find_embedded_structs(d)}
    found = [d for d in schema.descriptions.values() if d.role is Role.DEVICE]
    found += [
        d for d in schema.descriptions.values() if d.role is Role.STRUCT and d.name not in embedded
    ]
    return found
