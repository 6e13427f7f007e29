"""Which field of a program corresponds to which field that was sent, in one description.

Fields are read in order, whatever they are called. Names show which field is meant: a field that
both sides have under one name is the same; of the others, two that stand in the same place and have
the same size are one field that was renamed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem
from vmsdl.schema.description import Description, Field, Schema, Unused
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.sizes import Sizes, fold_length
from vmsdl.schema.traverse import strip_arrays
from vmsdl.schema.types import Array, Bytes, Opaque, StructType, Type

_UNUSED = "unused"
# A timer is a pointer or an object in memory.
_NUMBERS = {row.qemu_name for row in SCALARS.values() if row.qemu_name} - {"timer"}
# What an alignment costs: the cheapest one is taken.
_OTHER_SIZE, _RENAMED, _ALONE, _ABSENT = 16, 4, 12, 1


@dataclass(frozen=True, slots=True)
class ExpectedField:
    """A field that the program reads; sizes in bytes, None where the state or nobody knows."""

    name: str
    size: int | None
    element: int | None  # the size of one element of an array, else the size
    is_optional: bool
    is_counted: bool  # an array whose number of elements is not fixed: it can be empty
    struct: Description | None = None
    in_memory: bool = False  # the sizes are those in memory (a dump)


Pair: TypeAlias = tuple[Node | None, ExpectedField | None]


def list_expected(description: Description, schema: Schema, version: int) -> list[ExpectedField]:
    """What the program reads of a description at that version, in order."""
    sizes = Sizes(schema)
    found: list[ExpectedField] = []
    for step in description.steps:
        match step:
            case Unused(since=since) | Field(since=since) if since > version:
                continue
            case Unused(length=length, condition=condition):
                size = fold_length(length)
                found.append(ExpectedField(_UNUSED, size, size, condition is not None, False))
            case Field():
                found.append(_make_expected(step, schema, sizes))
            case _:
                continue
    return found


def _make_expected(field: Field, schema: Schema, sizes: Sizes) -> ExpectedField:
    inner = strip_arrays(field.type)
    count = 1
    type_ = field.type
    is_counted = False
    while isinstance(type_, Array):
        number = fold_length(type_.count)
        is_counted = is_counted or number is None
        count *= number or 0
        type_ = type_.element
    element = sizes.measure(inner)
    if isinstance(inner, Bytes | Opaque) and element is None:
        is_counted = True
    return ExpectedField(
        field.wire_name,
        None if is_counted else sizes.measure(field.type),
        element,
        field.condition is not None,
        is_counted,
        schema.descriptions[inner.name] if isinstance(inner, StructType) else None,
        is_in_memory(field.type),
    )


def is_in_memory(type_: Type) -> bool:
    """Is its size that in memory? What comes from a dump has no type."""
    inner = strip_arrays(type_)
    return isinstance(inner, Opaque) and inner.codec is None


def find_sent_name(node: Node) -> str:
    """The name of a field as a program has it: a description numbers those of one name."""
    if isinstance(node, RecordItem) and node.type == "unused_buffer":
        return _UNUSED
    return node.name


def align_fields(sent: Sequence[Node], expected: Sequence[ExpectedField]) -> list[Pair]:
    """Pairs in wire order; None where a field has no counterpart."""
    if len(sent) == len(expected) and all(map(has_name, expected, sent)):
        return list(zip(sent, expected, strict=True))
    costs = _measure_alignments(sent, expected)
    pairs: list[Pair] = []
    i = j = 0
    while i < len(sent) or j < len(expected):
        here = costs[i][j]
        if i < len(sent) and j < len(expected):
            paired = _measure_pair(sent, i, expected, j)
            if paired is not None and here == paired + costs[i + 1][j + 1]:
                pairs.append((sent[i], expected[j]))
                i, j = i + 1, j + 1
                continue
        if j < len(expected) and here == _measure_absence(expected[j]) + costs[i][j + 1]:
            pairs.append((None, expected[j]))
            j += 1
        else:
            pairs.append((sent[i], None))
            i += 1
    return pairs


def _measure_alignments(sent: Sequence[Node], expected: Sequence[ExpectedField]) -> list[list[int]]:
    """The cost of the cheapest alignment of what follows, for each pair of places."""
    rows = [[0] * (len(expected) + 1) for _ in range(len(sent) + 1)]
    for i in range(len(sent), -1, -1):
        for j in range(len(expected), -1, -1):
            choices: list[int] = []
            if i < len(sent):
                choices.append(_ALONE + rows[i + 1][j])
            if j < len(expected):
                choices.append(_measure_absence(expected[j]) + rows[i][j + 1])
            if i < len(sent) and j < len(expected):
                paired = _measure_pair(sent, i, expected, j)
                if paired is not None:
                    choices.append(paired + rows[i + 1][j + 1])
            rows[i][j] = min(choices, default=0)
    return rows


def _measure_absence(field: ExpectedField) -> int:
    return _ABSENT if field.is_optional or field.is_counted else _ALONE


def _measure_pair(
    sent: Sequence[Node], i: int, expected: Sequence[ExpectedField], j: int
) -> int | None:
    """None: these two cannot be the same field."""
    node, field = sent[i], expected[j]
    fits = can_have_size(field, node)
    if has_name(field, node):
        return 0 if fits else _OTHER_SIZE
    # A field that the other side has by its name is no other one there.
    is_known = any(has_name(field, other) for other in sent)
    is_known = is_known or any(has_name(other, node) for other in expected)
    return _RENAMED if fits and not is_known else None


def has_name(field: ExpectedField, node: Node) -> bool:
    """Is the field called as what was sent? A description numbers fields of one name."""
    name = find_sent_name(node)
    return field.name == name or (
        name.startswith(field.name)
        and name[len(field.name) :][:1] == "["
        and name[len(field.name) + 1 : -1].isdigit()
    )


def can_have_size(field: ExpectedField, node: Node) -> bool:
    """Could these bytes be the field's, by their number alone?"""
    is_record = isinstance(node, DecodedRecord) or (
        isinstance(node, DecodedElements)
        and any(isinstance(each, DecodedRecord) for each in node.elements)
    )
    if field.struct is not None or is_record:
        return (field.struct is not None) == is_record
    if field.in_memory:
        # A number has in memory the size that it has on the wire; of other types that is not known.
        one = measure_number(node)
        return one is None or field.element in (None, one, node.size)
    return field.size is None or field.size == node.size


def measure_number(node: Node) -> int | None:
    """The size of a number, or of one of an array of numbers; None: it is something else."""
    if not isinstance(node, RecordItem):
        return None
    if node.element_type.removesuffix(" equal").removesuffix(" le") not in _NUMBERS:
        return None
    number = 1 if node.count is None else node.count
    return node.size // number if number else None
