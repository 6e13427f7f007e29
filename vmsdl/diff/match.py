"""Which field of one side stands for which of the other, however it is called now."""

from dataclasses import dataclass

from vmsdl.diff.cuts import Cut, cuts
from vmsdl.diff.shapes import struct_of
from vmsdl.diff.terms import Key
from vmsdl.schema.description import Description, Field, Role, Schema
from vmsdl.wire.members import Known, known_members


def names(there: Description, here: Description) -> dict[str, str]:
    """For the fields of `here` their names `there`; a rename is declared on either side."""
    theirs = {field.name: field for field in there.fields}
    found: dict[str, str] = {f.name: f.name for f in here.fields if f.name in theirs}
    taken = set(found.values())
    for field in here.fields:
        if field.name in found:
            continue
        olds = [name for name in field.formerly if name in theirs]
        olds += [other.name for other in there.fields if field.name in other.formerly]
        name = next((name for name in olds if name not in taken), None)
        if name is not None:
            found[field.name] = name
            taken.add(name)
    return found


def twin(sub: Description, here: Description, there: Description) -> Description | None:
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
class Place:
    """What a key leads to: a field or known member of a body, or a body itself."""

    body: Description
    member: Field | Known | None


@dataclass(frozen=True, slots=True)
class InCut:
    """A place in a cut: `there` is the other side's body; the field is the part `at` of the key."""

    cut: Cut
    there: Key
    at: int


class Pairing:
    """From places of one side to those of the other."""

    def __init__(self, here: Side, there: Side) -> None:
        self.here = here
        self.there = there
        self._names: dict[tuple[int, int], dict[str, str]] = {}
        self._cut: dict[tuple[int, int], list[Cut]] = {}
        self._followed: dict[Key, tuple[Key | None, InCut | None]] = {}

    def counterpart(self, key: Key) -> Key | None:
        """Where the other side has what stands here."""
        if key not in self._followed:
            self._followed[key] = self._follow(key)
        return self._followed[key][0]

    def cut(self, key: Key) -> InCut | None:
        """The stretch of bytes, cut otherwise on the other side, that this place is in."""
        if key not in self._followed:
            self._followed[key] = self._follow(key)
        return self._followed[key][1]

    def _follow(self, key: Key) -> tuple[Key | None, InCut | None]:
        one, other = self.here.description, self.there.description
        out: list[str | int] = []
        found: InCut | None = None
        at_member = False
        for i, part in enumerate(key):
            if isinstance(part, int):
                out.append(part)
                continue
            if at_member:
                return None, found
            sub = next((s for s in one.subsections if s.name == part), None)
            if sub is not None:
                match_ = twin(sub, one, other)
                if match_ is None:
                    return None, found
                one, other = sub, match_
                out.append(match_.name)
                continue
            field = next((f for f in one.fields if f.name == part), None)
            if field is None:
                shared = {each.name for each in known_members(other)}
                if part not in shared:
                    return None, found
                out.append(part)
                at_member = True
                continue
            for cut in self._cuts(other, one):
                if field in cut.here:
                    found = InCut(cut, tuple(out), i)
            name = self._fields(other, one).get(part)
            if name is None:
                return None, found
            out.append(name)
            theirs = next(f for f in other.fields if f.name == name)
            mine, yours = struct_of(field.type), struct_of(theirs.type)
            if mine is None or yours is None:
                at_member = True
            else:
                one = self.here.schema.descriptions[mine.name]
                other = self.there.schema.descriptions[yours.name]
        return tuple(out), found

    def _cuts(self, there: Description, here: Description) -> list[Cut]:
        key = (id(there), id(here))
        if key not in self._cut:
            self._cut[key] = cuts(there, here)
        return self._cut[key]

    def _fields(self, there: Description, here: Description) -> dict[str, str]:
        key = (id(there), id(here))
        if key not in self._names:
            self._names[key] = names(there, here)
        return self._names[key]


def tops(schema: Schema) -> list[Description]:
    """What is compared by itself: devices, and structs that nothing embeds."""
    from vmsdl.wire.codecs import embedded_structs

    embedded = {name for d in schema.descriptions.values() for name in embedded_structs(d)}
    found = [d for d in schema.descriptions.values() if d.role is Role.DEVICE]
    found += [
        d for d in schema.descriptions.values() if d.role is Role.STRUCT and d.name not in embedded
    ]
    return found
