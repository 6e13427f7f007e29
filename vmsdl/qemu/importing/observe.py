"""From the decoded devices of recorded streams to the shape of each device and struct.

Occurrences of one description (by its name) are merged: a field that only some of them have is
optional; for a length that varies, the field that gives it is looked for. Two layouts under one
name that cannot be one description become two shapes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vmsdl.qemu.importing.wire_order import WireOrder
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem
from vmsdl.schema.scalars import SCALARS

# Before 10.0 a null pointer is described as an empty struct, which is read as an item.
_NULLS = ("nullptr", "ptr-marker", "struct")
_NEW = ""  # in place of a shape's key: no shape that is known
_SCALAR_TYPES = frozenset(row.qemu_name for row in SCALARS.values())


@dataclass(frozen=True, slots=True)
class ObservedValue:
    """One field in one occurrence. `struct` names a shape; `count` None: no array.

    `is_null`: null pointers alone, so that nothing is known of what others point to.
    """

    type: str
    size: int
    count: int | None = None
    struct: str | None = None
    has_nulls: bool = False
    is_marked: bool = False

    @property
    def is_null(self) -> bool:
        return self.type in _NULLS and self.struct is None

    @property
    def has_free_size(self) -> bool:
        """May its size differ between occurrences? A buffer's, or that of a codec of its own."""
        name = self.type.removesuffix(" equal").removesuffix(" le")
        return self.count is None and name not in _SCALAR_TYPES and name != "bitmap"

    def is_compatible(self, other: "ObservedValue") -> bool:
        """Could both be one field? An array of one element is described as that element."""
        if self.is_null or other.is_null:
            return True
        if (self.type, self.struct) != (other.type, other.struct):
            return False
        if self.size == other.size or self.struct is not None:
            return True
        return self.has_free_size and other.has_free_size


@dataclass(slots=True)
class ObservedField:
    """A field over all occurrences: its value in each that had it."""

    name: str
    observed: dict[int, ObservedValue] = field(default_factory=dict)  # by number of the occurrence
    values: dict[int, int] = field(default_factory=dict)  # of a plain integer, likewise
    item: dict[str, Any] | None = None  # what a dump says of it
    struct: str | None = None  # the shape embedded, where only the dump says so

    @property
    def typical(self) -> ObservedValue:
        """An occurrence that shows its type."""
        found = iter(self.observed.values())
        first = next(found)
        return next((one for one in (first, *found) if not one.is_null), first)

    @property
    def is_array(self) -> bool:
        return any(one.count is not None for one in self.observed.values())

    @property
    def has_nulls(self) -> bool:
        return any(one.has_nulls for one in self.observed.values())

    @property
    def is_marked(self) -> bool:
        return any(one.is_marked for one in self.observed.values())

    def lengths(self) -> dict[int, int]:
        """The length of an array or buffer in each occurrence."""
        if self.is_array:
            return {at: 1 if one.count is None else one.count for at, one in self.observed.items()}
        return {at: one.size for at, one in self.observed.items()}


@dataclass(slots=True)
class Shape:
    """All occurrences of one description. `key` is its name, numbered where it is a variant."""

    key: str
    title: str
    version_id: int
    occurrences: int = 0
    fields: list[ObservedField] = field(default_factory=list)
    subsections: dict[str, "Shape"] = field(default_factory=dict)
    field_order: WireOrder = field(default_factory=WireOrder)
    subsection_order: WireOrder = field(default_factory=WireOrder)
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

    def learn_fields(self, names: Sequence[str]) -> None:
        """Fields of these names, in this order, are in an occurrence."""
        if self.field_order.add(names):
            known = {each.name: each for each in self.fields}
            self.fields = [
                known.get(name) or ObservedField(name) for name in self.field_order.names
            ]

    def learn_subsections(self, keys: Sequence[str]) -> None:
        """These subsections were sent in this order."""
        if self.subsection_order.add(keys):
            self.subsections = {key: self.subsections[key] for key in self.subsection_order.names}

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
        shape = self._find_variant(shapes, record)
        occurrence = shape.occurrences
        shape.occurrences += 1
        shape.owners[occurrence] = place
        shape.learn_fields([node.name for node in record.fields])
        by_name = {each.name: each for each in shape.fields}
        for node in record.fields:
            found = by_name[node.name]
            found.observed[occurrence] = self._observe_node(node, shape.key)
            if isinstance(node, RecordItem) and type(node.value) is int:
                found.values[occurrence] = node.value
        sent = [self._merge(shape.subsections, one, (shape.key, "")) for one in record.subsections]
        shape.learn_subsections(sent)
        return shape.key

    def _find_variant(self, shapes: dict[str, Shape], record: DecodedRecord) -> Shape:
        """The shape that a record is an occurrence of: a new one where it fits none."""
        found = self._find_fitting(shapes, record)
        if found is None:
            number = 1 + sum(shape.title == record.title for shape in shapes.values())
            key = record.title if number == 1 else f"{record.title} {number}"
            found = shapes[key] = Shape(key, record.title, record.version_id)
        return found

    def _find_fitting(self, shapes: dict[str, Shape], record: DecodedRecord) -> Shape | None:
        for shape in shapes.values():
            if (
                (shape.title, shape.version_id) == (record.title, record.version_id)
                and shape.field_order.allows([node.name for node in record.fields])
                and shape.subsection_order.allows([one.title for one in record.subsections])
                and all(self._fits(shape.find_field(node.name), node) for node in record.fields)
            ):
                return shape
        return None

    def _fits(self, known: ObservedField | None, node: Node) -> bool:
        """Can a node be another occurrence of a field?"""
        return known is None or all(
            known.typical.is_compatible(value) for value in self._foresee(node)
        )

    def _foresee(self, node: Node) -> Iterator[ObservedValue]:
        """What a node would be observed as, element by element."""
        match node:
            case RecordItem():
                yield _read_item(node)
            case DecodedRecord():
                shape = self._find_fitting(self.structs, node)
                yield ObservedValue("struct", node.size, None, shape.key if shape else _NEW)
            case DecodedElements(elements=elements):
                for element in elements:
                    for value in self._foresee(element):
                        yield replace(value, count=len(elements))

    def _observe_node(self, node: Node, owner: str) -> ObservedValue:
        match node:
            case RecordItem():
                return _read_item(node)
            case DecodedRecord():
                key = self._merge(self.structs, node, (owner, node.name))
                return ObservedValue("struct", node.size, None, key)
            case DecodedElements(elements=elements):
                found = [self._observe_node(element, owner) for element in elements]
                there = [value for value in found if not value.is_null]
                # Null pointers alone: what others point to is not known.
                last = there[-1] if there else ObservedValue(_NULLS[0], 1)
                return replace(
                    last,
                    count=len(found),
                    has_nulls=len(there) < len(found),
                    is_marked=node.is_marked,
                )


def _read_item(item: RecordItem) -> ObservedValue:
    base, number = item.element_type, item.count
    if base in _NULLS:  # of an array of one pointer
        return ObservedValue(base, item.size, 1, has_nulls=True)
    if number is None:
        return ObservedValue(base, item.size)
    return ObservedValue(base, item.size // number if number else 0, number)
