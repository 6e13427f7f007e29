"""How long the data may be that the plain case decodes, by the memory of what they leave out.

What is absent takes no bytes on the wire, but memory in an object: it is there with its zeros. In
an element that is repeated, a byte can so cost thousands. The general codec counts this memory; the
plain case does not, and takes only data that cannot need more than the general codec allows.
"""

from typing import assert_never

from vmsdl.schema.description import Description, Schema
from vmsdl.schema.sizes import Sizes, fold_length
from vmsdl.schema.traverse import find_reachable
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


def find_longest_plain(description: Description, schema: Schema) -> int | None:
    """The most bytes of data that the plain case may decode; None where any number is right."""
    memory = _AbsentMemory(schema)
    fields = (each for d in find_reachable(schema, description) for each in d.fields)
    ratio = max((memory.find_ratio(each.type) for each in fields), default=0)
    return _SPENDABLE // (ratio - _FOR_EACH_BYTE) if ratio > _FOR_EACH_BYTE else None


class _AbsentMemory:
    """Bytes of memory; each struct is measured once. One that contains itself counts once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.sizes = Sizes(schema)
        self._whole: dict[str, int] = {}
        self._absent: dict[str, int] = {}

    def find_ratio(self, type_: Type) -> int:
        """The memory of what one byte of a repeated element can leave out; 0 of other types."""
        match type_:
            case Array(element=element) | ListType(element=element) | MapType(value=element):
                taken = max(1, self.sizes.measure_minimum(element))
                return max(self.measure_absent(element) // taken, self.find_ratio(element))
            case _:
                return 0

    def measure_absent(self, type_: Type) -> int:
        """Of what a value can leave out."""
        match type_:
            case StructType(name=name):
                if name not in self._absent:
                    self._absent[name] = 0
                    self._absent[name] = sum(
                        (
                            self.measure_absent(each.type)
                            if each.condition is None
                            else self.measure_whole(each.type)
                        )
                        for each in self.schema.descriptions[name].fields
                    )
                return self._absent[name]
            case Array(element=element, count=count):
                return (fold_length(count) or 0) * self.measure_absent(element)
            case _:
                return 0

    def measure_whole(self, type_: Type) -> int:
        """Of a value with all that is in it; of what has no fixed length, without elements."""
        match type_:
            case Scalar() | EnumType():
                return 8
            case Bytes(length=length):
                return 64 + (fold_length(length) or 0)
            case Bitmap(bits=bits):
                return 64 + (fold_length(bits) or 0) // 8
            case Array(element=element, count=count):
                return 64 + (fold_length(count) or 0) * self.measure_whole(element)
            case StructType(name=name):
                if name not in self._whole:
                    self._whole[name] = 0
                    fields = self.schema.descriptions[name].fields
                    inner = sum(self.measure_whole(each.type) for each in fields)
                    self._whole[name] = 1024 + 128 * len(fields) + inner
                return self._whole[name]
            case Opaque() | Blob() | ListType() | MapType():
                return 64
            case _:
                assert_never(type_)
