"""From the decoded devices of recorded streams to the shape of each device and struct.

Occurrences of one description (by its name) are merged: a field that only some of them have is
optional; for a length that varies, the field that gives it is looked for. Two layouts under one
name that cannot be one description become two shapes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem

# Before 10.0 a null pointer is described as an empty struct, which is read as an item.
_NULLS = ("nullptr", "ptr-marker", "struct")
_BUFFERS = ("buffer", "unused_buffer")


@dataclass(frozen=True, slots=True)
class ObservedValue:
    """One field in one occurrence. `struct` names a shape; `count` None: no array."""

    type: str
    size: int
    count: int | None = None
    struct: str | None = None
    has_nulls: bool = False

    def is_compatible(self, other: "ObservedValue") -> bool:
        """Could both be one field?"""
        same = (self.type, self.struct, self.count is None)
        if same != (other.type, other.struct, other.count is None):
            return False
        return self.size == other.size or self.type in _BUFFERS or self.struct is not None


@dataclass(slots=True)
class ObservedField:
    """A field over all occurrences: its value in each that had it."""

    name: str
    observed: dict[int, ObservedValue] = field(default_factory=dict)  # by number of the occurrence
    values: dict[int, int] = field(default_factory=dict)  # of a plain integer, likewise
    item: dict[str, Any] | None = None  # what a dump says of it
    struct: str | None = None  # the shape embedded, where only the dump says so

    @property
    def first(self) -> ObservedValue:
        return next(iter(self.observed.values()))

    def lengths(self) -> dict[int, int]:
        """The length of an array or buffer in each occurrence."""
        if self.first.count is not None:
            return {
                occurrence: observed.count or 0 for occurrence, observed in self.observed.items()
            }
        return {occurrence: observed.size for occurrence, observed in self.observed.items()}


@dataclass(slots=True)
class Shape:
    """All occurrences of one description. `key` is its name, numbered where it is a variant."""

    key: str
    title: str
    version_id: int
    occurrences: int = 0
    fields: list[ObservedField] = field(default_factory=list)
    subsections: dict[str, "Shape"] = field(default_factory=dict)
    # For each occurrence: the key of the shape that embeds it, and the name of the field there.
    owners: dict[int, tuple[str, str]] = field(default_factory=dict)
    observed_key: str = ""  # its key among the observations, which `owners` refers to
    description: dict[str, Any] | None = None  # what a dump says of it
    has_observed_owner: bool = False  # of a subsection that no stream showed
    qom: tuple[str, ...] | None = (
        None  # a device's types in the dump; empty: the dump has no such device
    )

    def __post_init__(self) -> None:
        self.observed_key = self.observed_key or self.key

    def find_field(self, name: str) -> ObservedField | None:
        return next((each for each in self.fields if each.name == name), None)

    def is_optional(self, each: ObservedField) -> bool:
        if each.item is not None:
            return bool(each.item["field_exists"])
        return len(each.observed) < self.occurrences

    def lengths(self, each: ObservedField) -> dict[int, int]:
        """Its length in each occurrence that had it."""
        lengths = each.lengths()
        if each.item is not None and not self.is_optional(each):
            # Without a test it is always there, and an array of no elements is not described.
            lengths |= {
                occurrence: 0 for occurrence in range(self.occurrences) if occurrence not in lengths
            }
        return lengths

    def find_count_field(self, each: ObservedField) -> str | None:
        """The integer field before it that equals its length in each occurrence, if any."""
        lengths = self.lengths(each)
        for other in self.fields[: self.fields.index(each)]:
            values = other.values
            if all(values.get(occurrence) == length for occurrence, length in lengths.items()):
                return other.name
        return None


@dataclass(slots=True)
class Observations:
    """Every shape, by key; devices apart from structs."""

    devices: dict[str, Shape] = field(default_factory=dict)
    structs: dict[str, Shape] = field(default_factory=dict)

    def observe(self, record: DecodedRecord) -> None:
        """Add one device."""
        self._merge(self.devices, record)

    def _merge(
        self, shapes: dict[str, Shape], record: DecodedRecord, place: tuple[str, str] = ("", "")
    ) -> str:
        nodes = list(record.fields)
        # A variant is chosen before its structs are observed, by the fields that are no structs.
        shape = self._find_variant(shapes, record, nodes)
        occurrence = shape.occurrences
        shape.occurrences += 1
        shape.owners[occurrence] = place
        position = -1
        for node in nodes:
            observed = self._observe_node(node, shape.key)
            found = shape.find_field(node.name)
            if found is None:
                position += 1
                found = ObservedField(node.name)
                shape.fields.insert(position, found)
            else:
                position = shape.fields.index(found)
            found.observed[occurrence] = observed
            if isinstance(node, RecordItem) and type(node.value) is int:
                found.values[occurrence] = node.value
        for inner in record.subsections:
            self._merge(shape.subsections, inner, (shape.key, ""))
        return shape.key

    def _find_variant(
        self, shapes: dict[str, Shape], record: DecodedRecord, nodes: list[Node]
    ) -> Shape:
        number = 1
        while True:
            key = record.title if number == 1 else f"{record.title} {number}"
            shape = shapes.get(key)
            if shape is None:
                shape = shapes[key] = Shape(key, record.title, record.version_id)
                return shape
            if shape.version_id == record.version_id and _can_be_occurrence(shape, nodes):
                return shape
            number += 1

    def _observe_node(self, node: Node, owner: str) -> ObservedValue:
        match node:
            case RecordItem(type=kind, size=size):
                base, _, count = kind.partition("[")
                if count:
                    number = int(count[:-1])
                    return ObservedValue(base, size // number if number else 0, number)
                return ObservedValue(kind, size)
            case DecodedRecord():
                key = self._merge(self.structs, node, (owner, node.name))
                return ObservedValue("struct", node.size, None, key)
            case DecodedElements(elements=elements):
                return self._observe_array(node.name, elements, owner)

    def _observe_array(
        self, name: str, elements: Iterable[DecodedRecord | RecordItem], owner: str
    ) -> ObservedValue:
        count = 0
        has_nulls = False
        found: ObservedValue | None = None
        for element in elements:
            count += 1
            match element:
                case RecordItem(type=kind) if kind in _NULLS:
                    has_nulls = True
                case DecodedRecord():
                    key = self._merge(self.structs, element, (owner, name))
                    found = ObservedValue("struct", element.size, count, key)
                case RecordItem(type=kind, size=size):
                    found = ObservedValue(kind, size, count)
        if found is None:  # null pointers alone: what others point to is not known
            return ObservedValue(_NULLS[0], 1, count, None, has_nulls)
        return ObservedValue(found.type, found.size, count, found.struct, has_nulls)


def _can_be_occurrence(shape: Shape, nodes: list[Node]) -> bool:
    """Can a record of these fields be an occurrence of the shape?"""
    order = [each.name for each in shape.fields]
    owners = [order.index(node.name) for node in nodes if node.name in order]
    if owners != sorted(owners):
        return False
    return all(_is_compatible(shape.find_field(node.name), node) for node in nodes)


def _is_compatible(known: ObservedField | None, node: Node) -> bool:
    if known is None:
        return True
    match node:
        case RecordItem(type=kind, size=size):
            base, _, count = kind.partition("[")
            number = int(count[:-1]) if count else None
            each = size // number if number else size
            return known.first.is_compatible(ObservedValue(base, each, number, None))
        case DecodedRecord():
            return known.first.struct is not None and known.first.count is None
        case DecodedElements():
            return known.first.count is not None or known.first.struct is not None
