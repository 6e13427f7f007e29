"""How long the data may be that the plain case decodes, by the memory of what they leave out.

What is absent takes no bytes on the wire, but memory in an object: it is there with its zeros. In
an element that is repeated, a byte can so cost thousands. The general codec counts this memory; the
plain case does not, and takes only data that cannot need more than the general codec allows.
"""

from typing import assert_never

from vmsdl.expr.nodes import Expr
from vmsdl.schema.description import Description, Schema
from vmsdl.schema.sizes import Sizes, fold_length
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Blob,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)

# As in runtime/cursor.py: what may be spent, and for each byte of the data.
_SPENDABLE = 64 << 20
_FOR_EACH_BYTE = 64
# Zeros as long as the state says; the plain case leaves longer ones to the general codec.
LARGEST_ZERO = 1 << 16


class AbsentMemory:
    """Bytes of memory, never less than the general codec counts. Each struct is measured once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.sizes = Sizes(schema)
        self._whole: dict[str, int] = {}
        self._absent: dict[str, int] = {}
        self._ratios: dict[str, int] = {}

    def find_longest_plain(self, description: Description) -> int | None:
        """The most bytes of data that the plain case may decode; None where any number is right."""
        left = _SPENDABLE - self._measure_fields(description)
        ratio = self._find_largest_ratio(description)
        if left > 0 and ratio <= _FOR_EACH_BYTE:
            return None
        return max(0, left) // max(1, ratio - _FOR_EACH_BYTE)

    def _find_largest_ratio(self, description: Description) -> int:
        bodies = (description, *description.subsections)
        inner = (self._find_ratio(each.type) for body in bodies for each in body.fields)
        return max(inner, default=0)

    def _find_ratio(self, type_: Type) -> int:
        """The memory of what one byte of a repeated element can leave out; 0 where none is."""
        match type_:
            case Array(element=element) | ListType(element=element) | MapType(value=element):
                taken = max(1, self.sizes.measure_minimum(element))
                return max(self._measure_absent(element) // taken, self._find_ratio(element))
            case StructType(name=name):
                if name not in self._ratios:
                    self._ratios[name] = 0  # what contains itself counts once
                    self._ratios[name] = self._find_largest_ratio(self.schema.descriptions[name])
                return self._ratios[name]
            case _:
                return 0

    def _measure_fields(self, description: Description) -> int:
        """Of what the fields of an object can leave out."""
        return sum(
            (
                self._measure_absent(each.type)
                if each.condition is None
                else self._measure_whole(each.type)
            )
            for each in description.fields
        )

    def _measure_absent(self, type_: Type) -> int:
        """Of what a value can leave out."""
        match type_:
            case StructType(name=name):
                if name not in self._absent:
                    self._absent[name] = 0
                    self._absent[name] = self._measure_fields(self.schema.descriptions[name])
                return self._absent[name]
            case Array(element=element, count=count):
                return (fold_length(count) or 0) * self._measure_absent(element)
            case _:
                return 0

    def _measure_whole(self, type_: Type) -> int:
        """Of a value with all that is in it."""
        match type_:
            case Scalar() | EnumType():
                return 8
            case Bytes(length=length):
                return 64 + _find_length(length)
            case Bitmap(bits=bits):
                return 64 + _find_length(bits) // 8
            case Array(element=element, count=count):
                return 64 + _find_length(count) * (8 + self._measure_whole(element))
            case StructType(name=name):
                if name not in self._whole:
                    self._whole[name] = 0
                    struct = self.schema.descriptions[name]
                    members = len(struct.fields) + len(struct.locals) + len(struct.subsections)
                    inner = sum(self._measure_whole(each.type) for each in struct.fields)
                    self._whole[name] = 1024 + 128 * members + inner
                return self._whole[name]
            case Opaque() | Blob() | ListType() | MapType():
                return 64
            case _:
                assert_never(type_)


def _find_length(expression: Expr) -> int:
    """The longest that a zero of this length is in the plain case."""
    length = fold_length(expression)
    return LARGEST_ZERO if length is None else length
