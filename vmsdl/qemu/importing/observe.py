"""From the decoded devices of recorded streams to what each device and struct was seen to be.

Occurrences of one description (by its name) are merged: a field seen in some of them is optional, a
length that varies looks for the field that gives it. Two layouts under one name that cannot be one
description stay apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem

# Before 10.0 a null pointer is described as an empty struct, which is read as an item.
_NULLS = ("nullptr", "ptr-marker", "struct")
_BUFFERS = ("buffer", "unused_buffer")


@dataclass(frozen=True, slots=True)
class ObservedState:
    """One field in one occurrence. `struct` names a shape; `count` None: no array."""

    type: str
    size: int
    count: int | None = None
    struct: str | None = None
    has_nulls: bool = False

    def is_like(self, other: "ObservedState") -> bool:
        """Could both be one field?"""
        same = (self.type, self.struct, self.count is None)
        if same != (other.type, other.struct, other.count is None):
            return False
        return self.size == other.size or self.type in _BUFFERS or self.struct is not None


@dataclass(slots=True)
class ObservedField:
    """A field over all occurrences: what it was in each that had it."""

    name: str
    seen: dict[int, ObservedState] = field(default_factory=dict)  # by number of the occurrence
    values: dict[int, int] = field(default_factory=dict)  # of a plain integer, likewise
    item: dict[str, Any] | None = None  # what a dump says of it
    struct: str | None = None  # the shape embedded, where only the dump says so

    @property
    def first(self) -> ObservedState:
        return next(iter(self.seen.values()))

    def lengths(self) -> dict[int, int]:
        """What an array or buffer counted in each occurrence."""
        if self.first.count is not None:
            return {at: seen.count or 0 for at, seen in self.seen.items()}
        return {at: seen.size for at, seen in self.seen.items()}


@dataclass(slots=True)
class Shape:
    """All that was seen of one description. `key` is its name, numbered where it is a variant."""

    key: str
    title: str
    version_id: int
    occurrences: int = 0
    fields: list[ObservedField] = field(default_factory=list)
    subsections: dict[str, "Shape"] = field(default_factory=dict)
    # Where each occurrence stood: the shape that embeds it and the name of the field there.
    places: dict[int, tuple[str, str]] = field(default_factory=dict)
    seen_as: str = ""  # its key among what was observed, which `places` speaks of
    description: dict[str, Any] | None = None  # what a dump says of it
    has_seen_owner: bool = False  # a subsection that no stream showed, of what one did show
    qom: tuple[str, ...] | None = None  # a device's types in the dump; none: the dump has no such

    def __post_init__(self) -> None:
        self.seen_as = self.seen_as or self.key

    def field_named(self, name: str) -> ObservedField | None:
        return next((each for each in self.fields if each.name == name), None)

    def is_optional(self, each: ObservedField) -> bool:
        if each.item is not None:
            return bool(each.item["field_exists"])
        return len(each.seen) < self.occurrences

    def lengths(self, each: ObservedField) -> dict[int, int]:
        """What it counted in each occurrence that had it."""
        lengths = each.lengths()
        if each.item is not None and not self.is_optional(each):
            # Without a test it is always there, and an array of no elements is not described.
            lengths |= {at: 0 for at in range(self.occurrences) if at not in lengths}
        return lengths

    def count_field(self, each: ObservedField) -> str | None:
        """The integer before it that equals its length wherever it was seen, if there is one."""
        lengths = self.lengths(each)
        for other in self.fields[: self.fields.index(each)]:
            values = other.values
            if all(values.get(at) == length for at, length in lengths.items()):
                return other.name
        return None


@dataclass(slots=True)
class Observations:
    """Every shape, by key; devices apart from structs."""

    devices: dict[str, Shape] = field(default_factory=dict)
    structs: dict[str, Shape] = field(default_factory=dict)

    def observe(self, record: DecodedRecord) -> None:
        """Adds one device."""
        self._merge(self.devices, record)

    def _merge(
        self, shapes: dict[str, Shape], record: DecodedRecord, place: tuple[str, str] = ("", "")
    ) -> str:
        nodes = list(record.fields)
        # A variant is chosen before what it embeds is observed, by the fields that are no structs.
        shape = self._variant(shapes, record, nodes)
        at = shape.occurrences
        shape.occurrences += 1
        shape.places[at] = place
        after = -1
        for node in nodes:
            seen = self._seen(node, shape.key)
            found = shape.field_named(node.name)
            if found is None:
                after += 1
                found = ObservedField(node.name)
                shape.fields.insert(after, found)
            else:
                after = shape.fields.index(found)
            found.seen[at] = seen
            if isinstance(node, RecordItem) and type(node.value) is int:
                found.values[at] = node.value
        for inner in record.subsections:
            self._merge(shape.subsections, inner, (shape.key, ""))
        return shape.key

    def _variant(self, shapes: dict[str, Shape], record: DecodedRecord, nodes: list[Node]) -> Shape:
        number = 1
        while True:
            key = record.title if number == 1 else f"{record.title} {number}"
            shape = shapes.get(key)
            if shape is None:
                shape = shapes[key] = Shape(key, record.title, record.version_id)
                return shape
            if shape.version_id == record.version_id and _fits(shape, nodes):
                return shape
            number += 1

    def _seen(self, node: Node, owner: str) -> ObservedState:
        match node:
            case RecordItem(type=kind, size=size):
                base, _, count = kind.partition("[")
                if count:
                    number = int(count[:-1])
                    return ObservedState(base, size // number if number else 0, number)
                return ObservedState(kind, size)
            case DecodedRecord():
                key = self._merge(self.structs, node, (owner, node.name))
                return ObservedState("struct", node.size, None, key)
            case DecodedElements(elements=elements):
                return self._array(node.name, elements, owner)

    def _array(
        self, name: str, elements: Iterable[DecodedRecord | RecordItem], owner: str
    ) -> ObservedState:
        count = 0
        has_nulls = False
        found: ObservedState | None = None
        for element in elements:
            count += 1
            match element:
                case RecordItem(type=kind) if kind in _NULLS:
                    has_nulls = True
                case DecodedRecord():
                    key = self._merge(self.structs, element, (owner, name))
                    found = ObservedState("struct", element.size, count, key)
                case RecordItem(type=kind, size=size):
                    found = ObservedState(kind, size, count)
        if found is None:  # nulls alone: what they would point to was not seen
            return ObservedState(_NULLS[0], 1, count, None, has_nulls)
        return ObservedState(found.type, found.size, count, found.struct, has_nulls)


def _fits(shape: Shape, nodes: list[Node]) -> bool:
    """Can a record of these fields be an occurrence of the shape?"""
    order = [each.name for each in shape.fields]
    places = [order.index(node.name) for node in nodes if node.name in order]
    if places != sorted(places):
        return False
    return all(_is_like(shape.field_named(node.name), node) for node in nodes)


def _is_like(known: ObservedField | None, node: Node) -> bool:
    if known is None:
        return True
    match node:
        case RecordItem(type=kind, size=size):
            base, _, count = kind.partition("[")
            number = int(count[:-1]) if count else None
            each = size // number if number else size
            return known.first.is_like(ObservedState(base, each, number, None))
        case DecodedRecord():
            return known.first.struct is not None and known.first.count is None
        case DecodedElements():
            return known.first.count is not None or known.first.struct is not None
