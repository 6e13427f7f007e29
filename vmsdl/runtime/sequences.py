"""Codecs of arrays: of values, of objects, of pointers to them."""

from array import array
from collections.abc import Sequence
from typing import Any, TypeVar

from vmsdl.runtime.cursor import (
    IS_LITTLE_ENDIAN,
    CodecRefusal,
    InputReader,
    MemoryBudget,
    ObjectContext,
    OutputWriter,
    evaluate,
    measure,
    measure_minimum,
    measure_zero,
)
from vmsdl.runtime.layout import Code, Length
from vmsdl.runtime.nested import sequence
from vmsdl.runtime.scalars import (
    BoolCodec,
    Codec,
    FloatCodec,
    NumberCodec,
    wrong_type,
)

_Item = TypeVar("_Item", int, float)


def to_array(typecode: str, values: Sequence[_Item]) -> "array[_Item]":
    """A new array; what does not fit is kept as it is, for `encode` to refuse by its path."""
    items: Any = list(values)
    try:
        made: Any = array(typecode)
        made.fromlist(items)
    except (OverflowError, TypeError):
        return items  # type: ignore[no-any-return]
    return made  # type: ignore[no-any-return]


class ArrayCodec(Codec):
    """`count` elements, a number that is not sent; an array.array where there is a typecode."""

    cost = 64

    def __init__(self, element: Codec, count: Length, typecode: str | None) -> None:
        self.element = element
        self.count = count
        self.dynamic = not isinstance(count, int) or element.dynamic
        self.typecode = typecode
        self.size = 0  # of an element that is a plain scalar, else 0
        if isinstance(element, (NumberCodec, FloatCodec)):
            self.size = element.size
        elif isinstance(element, BoolCodec):
            self.size = 1

    def minimum_size(self, context: ObjectContext | None) -> int:
        return measure_minimum(self.count, context) * self.element.minimum_size(context)

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        if self.size:
            # Scalars are taken as a whole: they are all there, or the array is not.
            length = measure(self.count, context, reader.pos) * self.size
            if length > reader.end - reader.pos:
                raise reader.short(length)
            if self.typecode is not None:
                values: array[Any] = array(self.typecode)
                values.frombytes(reader.take(length))
                if IS_LITTLE_ENDIAN and self.size > 1:
                    values.byteswap()
                return values
        return self.load_items(reader, own, context, number)

    def load_items(
        self, reader: InputReader, own: Any, context: ObjectContext, number: int
    ) -> list[Any]:
        count = measure(self.count, context, reader.pos)
        left = reader.end - reader.pos
        least = self.element.minimum_size(context)
        if least == 0:
            reader.budget.charge(count * self.element.cost, reader.pos)
        # More than can be there: read on to say where it ends, but keep nothing.
        keeps = count * least <= left
        mine: Sequence[Any] = own if isinstance(own, list) else ()
        items: list[Any] = []
        i = 0
        try:
            while i < count:
                own_item = mine[i] if i < len(mine) else self.element.no_own
                value = self.element.load(reader, own_item, context, number * count + i)
                if keeps:
                    items.append(value)
                i += 1
        except CodecRefusal as refusal:
            refusal.parts.append(f"[{i}]")
            raise
        return items

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        items = self.checked_items(value, context)
        if self.typecode is not None:
            writer.has_converted |= not isinstance(value, array)
            packed = to_array(self.typecode, items)
            if isinstance(packed, array):
                if IS_LITTLE_ENDIAN and self.size > 1:
                    packed.byteswap()
                writer.out.append(packed.tobytes())
                return
        first = number * len(items)
        for i, item in enumerate(items):
            try:
                self.element.save(writer, item, context, first + i)
            except CodecRefusal as refusal:
                refusal.parts.append(f"[{i}]")
                raise

    def checked_items(self, value: Any, context: ObjectContext) -> Sequence[Any]:
        if isinstance(value, (str, bytes, bytearray)) or not hasattr(value, "__len__"):
            raise wrong_type(value, "a sequence")
        count = measure(self.count, context, 0)
        if len(value) != count:
            words = f"has {len(value)} elements, but must have {count}"
            raise CodecRefusal("length-mismatch", words)
        items: Sequence[Any] = value
        return items

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        count = measure_zero(self.count, context, budget)
        if self.typecode is not None:
            budget.charge(count * self.size)
            return array(self.typecode, [self.element.zero(budget, context, 0)]) * count
        budget.charge(count * 8)
        if self.size:
            return [self.element.zero(budget, context, 0)] * count
        first = number * count
        return [self.element.zero(budget, context, first + i) for i in range(count)]

    def to_plain(self, value: Any) -> object:
        return [self.element.to_plain(item) for item in value]

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        values = sequence(value)
        mine: Sequence[Any] = own if isinstance(own, list) else ()
        items: list[Any] = []
        first = number * len(values)
        try:
            for i, item in enumerate(values):
                own_item = mine[i] if i < len(mine) else None
                items.append(self.element.from_plain(item, own_item, context, first + i))
        except CodecRefusal as refusal:
            refusal.parts.append(f"[{len(items)}]")
            raise
        return items if self.typecode is None else to_array(self.typecode, items)


class PointerCodec(Codec):
    """An element that may be None: the byte 0x30; `marked`: any other follows a byte 0x31.

    `there`: whether it is not None, where a condition says so.
    """

    no_own = object()  # None is a null pointer of the object loaded into

    def __init__(self, target: Codec, marked: bool, there: Code | None) -> None:
        self.target = target
        self.marked = marked
        self.there = there
        self.cost = target.cost
        self.dynamic = target.dynamic

    def minimum_size(self, context: ObjectContext | None) -> int:
        return 1 if self.marked else min(1, self.target.minimum_size(context))

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        start = reader.pos
        if self.marked:
            mark = reader.take(1)
            if mark == b"0":
                return None
            if mark != b"1":
                words = f"invalid marker 0x{mark.hex()}, expected 0x30 or 0x31"
                raise CodecRefusal("bad-marker", words, start)
        elif self.is_null(own, context, number, start):
            # Nothing on the wire tells a null from data: the receiver's own pointer decides.
            mark = reader.take(1)
            if mark != b"0":
                words = f"is null in the receiver, but the marker is 0x{mark.hex()}, not 0x30"
                raise CodecRefusal("bad-marker", words, start)
            return None
        return self.target.load(reader, None if own is self.no_own else own, context, number)

    def is_null(self, own: Any, context: ObjectContext, number: int, offset: int) -> bool:
        if self.there is not None:
            return not evaluate(self.there, context, offset, number)
        return context.based and own is None

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        if self.there is not None and (value is None) != self.is_null(value, context, number, 0):
            words = "is null" if value is None else "is not null"
            raise CodecRefusal("check-failed", f"{words}, and its condition says otherwise")
        if value is None:
            writer.out.append(b"0")
            return
        if self.marked:
            writer.out.append(b"1")
        self.target.save(writer, value, context, number)

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return None

    def to_plain(self, value: Any) -> object:
        return None if value is None else self.target.to_plain(value)

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        return None if value is None else self.target.from_plain(value, own, context, number)
