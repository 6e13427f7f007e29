"""A section as it was sent, held against the fields that a program reads: sizes and places.

Both sides are walked in wire order. The result has what only one of them has, and each field as it
was sent beside the field that it stands for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from vmsdl.qemu.load_check.field_alignment import (
    ExpectedField,
    align_fields,
    find_sent_name,
    has_name,
    is_in_memory,
    list_expected,
    measure_number,
)
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem
from vmsdl.schema.description import Description, Schema
from vmsdl.schema.traverse import find_reachable

_VERSION_BITS = 0xFF  # a loader keeps eight bits of a subsection's version
# Codecs of their own whose bytes are always as many.
_FIXED_CODECS = ("pci config", "pci irq state", "unused_buffer")


class DifferenceKind(Enum):
    ONLY_SENT = auto()  # the program has no such field there
    ONLY_READ = auto()  # the program reads a field that was not sent
    SIZE = auto()  # the same field, of another size


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One place where both sides part."""

    kind: DifferenceKind
    path: str
    offset: int  # of what was sent there, in the stream
    surplus: int | None  # bytes that are sent and not read; < 0: read and not sent; None: some < 0
    may_be_empty: bool = False  # an array, which nobody sees where it has no elements


@dataclass(frozen=True, slots=True)
class ComparedField:
    """A field of numbers or bytes; `sent` or `expected` is None where only one side has it."""

    sent: RecordItem | None
    sent_path: str
    expected: str | None  # its path
    size: int  # of what the program reads, 0 where it reads nothing
    is_optional: bool = False  # the program reads it under a condition, and it was not sent


@dataclass(slots=True)
class SectionComparison:
    """What was found; empty where every field has its counterpart of the same size."""

    differences: list[FieldDifference] = field(default_factory=list)
    fields: list[ComparedField] = field(default_factory=list)  # in wire order
    optional: list[tuple[str, int | None]] = field(default_factory=list)  # not sent; path, size
    renamed: list[tuple[str, str]] = field(default_factory=list)  # sent, expected
    unknown: list[str] = field(default_factory=list)  # paths that could not be compared
    numbers: dict[str, int] = field(default_factory=dict)  # integers and bools sent, by path


def compare_section(
    record: DecodedRecord, description: Description, schema: Schema
) -> SectionComparison:
    """A device's section, or the body of any description."""
    walk = _ComparisonWalk(schema, SectionComparison())
    walk.compare_body(record, description, record.version_id, "")
    return walk.found


@dataclass(frozen=True, slots=True)
class _ComparisonWalk:
    schema: Schema
    found: SectionComparison

    def compare_body(
        self, record: DecodedRecord, description: Description, version: int, path: str
    ) -> None:
        expected = list_expected(description, self.schema, version)
        nodes = list(_flatten_temporaries(record.fields, expected))
        pairs = align_fields(nodes, expected)
        offset = record.offset
        for sent, wanted in pairs:
            offset = sent.offset if sent is not None else offset
            self._compare_pair(sent, wanted, path, offset)
            offset += sent.size if sent is not None else 0
        known = {one.wire_name: one for one in description.subsections}
        for inner in record.subsections:
            if inner.title in known:
                version = inner.version_id & _VERSION_BITS
                self.compare_body(inner, known[inner.title], version, f"{path}/{inner.title}")

    def _compare_pair(
        self, sent: Node | None, wanted: ExpectedField | None, path: str, offset: int
    ) -> None:
        if sent is None:
            assert wanted is not None
            self._add_unsent(wanted, _join(path, wanted.name), offset)
        elif wanted is None:
            inner_path = _join(path, find_sent_name(sent))
            self._add_difference(
                DifferenceKind.ONLY_SENT, inner_path, offset, sent.size, _is_array(sent)
            )
            for item, item_path in _find_items(sent, inner_path):
                self._add_field(item, item_path, None, 0)
        else:
            if not has_name(wanted, sent):
                self.found.renamed.append((_join(path, sent.name), _join(path, wanted.name)))
            self._compare_field(sent, wanted, _join(path, sent.name), _join(path, wanted.name))

    def _add_unsent(self, wanted: ExpectedField, path: str, offset: int) -> None:
        size = wanted.size
        # Of a dump's structs and buffers nobody knows whether they are arrays of no elements.
        may_be_empty = wanted.in_memory and size not in (1, 2, 4, 8)
        if wanted.struct is not None and _is_sized_in_memory(wanted.struct, self.schema):
            size, may_be_empty = None, True
        if wanted.is_optional or wanted.is_counted or size == 0:
            size = None if wanted.is_counted else size
            self.found.fields.append(ComparedField(None, path, path, size or 0, is_optional=True))
            self.found.optional.append((path, size))
            return
        surplus = None if size is None else -size
        self._add_difference(DifferenceKind.ONLY_READ, path, offset, surplus, may_be_empty)
        self.found.fields.append(ComparedField(None, path, path, size or 0))

    def _add_difference(
        self, kind: DifferenceKind, path: str, offset: int, surplus: int | None, is_array: bool
    ) -> None:
        self.found.differences.append(FieldDifference(kind, path, offset, surplus, is_array))

    def _add_field(self, item: RecordItem, path: str, expected: str | None, size: int) -> None:
        self.found.fields.append(ComparedField(item, path, expected, size))
        if isinstance(item.value, int):
            self.found.numbers[path] = int(item.value)

    # One field that both have -------------------------------------------------------------------

    def _compare_field(
        self, sent: Node, wanted: ExpectedField, path: str, expected_path: str
    ) -> None:
        struct = wanted.struct
        match sent:
            case DecodedRecord() if struct is not None:
                self.compare_body(sent, struct, struct.version_id, path)
            case DecodedElements(elements=elements) if struct is not None:
                self._compare_elements(elements, wanted, struct, path)
            case RecordItem() if struct is None:
                self._compare_item(sent, wanted, path, expected_path)
            case DecodedElements(elements=elements) if struct is None:
                self._compare_sizes(sent, wanted, path)
                self._add_items(sent, path, expected_path)
            case _:  # one side has it as one value, the other in parts
                self.found.unknown.append(path)
                self._add_items(sent, path, expected_path)

    def _add_items(self, sent: Node, path: str, expected_path: str) -> None:
        for item, item_path in _find_items(sent, path):
            self._add_field(item, item_path, expected_path, item.size)

    def _compare_elements(
        self,
        elements: Sequence[DecodedRecord | RecordItem],
        wanted: ExpectedField,
        struct: Description,
        path: str,
    ) -> None:
        for number, element in enumerate(elements):
            if isinstance(element, DecodedRecord):
                self.compare_body(element, struct, struct.version_id, f"{path}[{number}]")
            else:
                self._add_field(element, f"{path}[{number}]", f"{path}[{number}]", element.size)
        sizes = {element.size for element in elements}
        if wanted.size is None or not wanted.element or len(sizes) != 1:
            return
        if _is_sized_in_memory(struct, self.schema):
            return
        if sizes == {wanted.element} and wanted.size != wanted.element * len(elements):
            self._add_count(path, elements[0].offset, wanted, wanted.element, len(elements))

    def _compare_item(
        self, sent: RecordItem, wanted: ExpectedField, path: str, expected_path: str
    ) -> None:
        self._compare_sizes(sent, wanted, path)
        size = sent.size
        if wanted.size is not None and not wanted.in_memory:
            size = wanted.size
        self._add_field(sent, path, expected_path, size)

    def _compare_sizes(
        self, sent: RecordItem | DecodedElements, wanted: ExpectedField, path: str
    ) -> None:
        if wanted.is_counted or wanted.size is None or wanted.size == sent.size:
            return
        if wanted.in_memory:
            self._compare_with_memory(sent, wanted, path)
            return
        assert wanted.element is not None
        count, element = _measure_elements(sent)
        wanted_count = wanted.size // wanted.element if wanted.element else 0
        if element == wanted.element or _is_buffer(sent):
            self._add_count(path, sent.offset, wanted, 1, sent.size)
        elif measure_number(sent) is not None or _has_fixed_codec(sent):
            self._add_size(path, sent.offset, sent.size - wanted.size)
        elif count > 1 and wanted_count > 1 and element is not None:
            # Sized alike each time: such elements have that size always.
            self._add_size(path, sent.offset, sent.size - wanted.size)
        else:  # a codec of its own, which writes as much as its state needs
            self.found.unknown.append(path)

    def _compare_with_memory(
        self, sent: RecordItem | DecodedElements, wanted: ExpectedField, path: str
    ) -> None:
        """A dump: of numbers and buffers, the size in memory is that on the wire."""
        one = measure_number(sent)
        if one is not None and wanted.element in (1, 2, 4, 8):
            if one != wanted.element and wanted.element != sent.size:
                self._add_size(path, sent.offset, sent.size - (wanted.size or 0))
        elif isinstance(sent, RecordItem) and sent.type in ("buffer", "unused_buffer"):
            self._add_count(path, sent.offset, wanted, 1, sent.size)

    def _add_size(self, path: str, offset: int, surplus: int) -> None:
        self._add_difference(DifferenceKind.SIZE, path, offset, surplus, False)

    def _add_count(
        self, path: str, offset: int, wanted: ExpectedField, element: int, count: int
    ) -> None:
        """Another number of elements: a difference, unless the number was sent before it."""
        assert wanted.size is not None
        numbers = list(self.found.numbers.values())
        # Of a buffer the number just before it may be multiplied (VMSTATE_VBUFFER_MULTIPLY).
        is_multiple = numbers and numbers[-1] > 1 and count % numbers[-1] == 0
        if count in numbers or is_multiple:
            return
        self._add_size(path, offset, element * count - wanted.size)


def _is_sized_in_memory(description: Description, schema: Schema) -> bool:
    inner = find_reachable(schema, description)
    return any(is_in_memory(field.type) for one in inner for field in one.fields)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _is_array(node: Node) -> bool:
    return isinstance(node, DecodedElements) or (
        isinstance(node, RecordItem) and node.count is not None
    )


def _is_buffer(node: Node) -> bool:
    return isinstance(node, RecordItem) and node.type in ("buffer", "bitmap")


def _has_fixed_codec(node: Node) -> bool:
    return isinstance(node, RecordItem) and node.element_type in _FIXED_CODECS


def _measure_elements(node: RecordItem | DecodedElements) -> tuple[int, int | None]:
    """Their number and their size; no size where the sizes differ."""
    if isinstance(node, DecodedElements):
        sizes = {element.size for element in node.elements}
        return len(node.elements), sizes.pop() if len(sizes) == 1 else None
    number = 1 if node.count is None else node.count
    return number, node.size // number if number else None


def _find_items(node: Node, path: str) -> Iterator[tuple[RecordItem, str]]:
    match node:
        case RecordItem():
            yield node, path
        case DecodedRecord():
            for inner in (*node.fields, *node.subsections):
                yield from _find_items(inner, _join(path, inner.name))
        case DecodedElements(elements=elements):
            for number, element in enumerate(elements):
                yield from _find_items(element, f"{path}[{number}]")


def _flatten_temporaries(
    nodes: Sequence[Node], expected: Sequence[ExpectedField]
) -> Iterator[Node]:
    """A temporary (WITH_TMP) is no struct of its own where the program has none of that name."""
    for node in nodes:
        if (
            isinstance(node, DecodedRecord)
            and node.name == "tmp"
            and not any(one.name == "tmp" for one in expected)
        ):
            yield from node.fields
        else:
            yield node
