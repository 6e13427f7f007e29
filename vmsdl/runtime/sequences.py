"""Codecs of arrays: of values, of objects, of pointers to them."""

from array import array
from collections.abc import Sequence
from typing import Any, TypeVar

from vmsdl.runtime.cursor import (
    LITTLE,
    Budget,
    Reader,
    Refused,
    Site,
    Writer,
    measure,
    measure_least,
    measure_zero,
)
from vmsdl.runtime.layout import Length
from vmsdl.runtime.nested import sequence
from vmsdl.runtime.scalars import (
    BoolCodec,
    Codec,
    EnumCodec,
    FloatCodec,
    NumberCodec,
    wrong,
)

_Item = TypeVar("_Item", int, float)


def arr(typecode: str, values: Sequence[_Item]) -> "array[_Item]":
    """A new array; what does not fit is kept as it is, for `encode` to refuse by its path."""
    items: Any = list(values)
    try:
        made: Any = array(typecode)
        made.fromlist(items)
    except (OverflowError, TypeError):
        return items  # type: ignore[no-any-return]
    return made  # type: ignore[no-any-return]


class SequenceCodec(Codec):
    """What arrays of values and of pointers share: a count that is not on the wire."""

    cost = 64

    def __init__(self, element: Codec, count: Length) -> None:
        self.element = element
        self.count = count
        self.dynamic = not isinstance(count, int) or element.dynamic

    def items(self, value: Any, site: Site) -> Sequence[Any]:
        if isinstance(value, (str, bytes, bytearray)) or not hasattr(value, "__len__"):
            raise wrong(value, "a sequence")
        count = measure(self.count, site, 0)
        if len(value) != count:
            raise Refused("length-mismatch", f"has {len(value)} elements, and must have {count}")
        items: Sequence[Any] = value
        return items

    def least_element(self, site: Site) -> int:
        return self.element.least(site)

    def load_items(self, reader: Reader, own: Any, site: Site, number: int) -> list[Any]:
        count = measure(self.count, site, reader.pos)
        left = reader.end - reader.pos
        least = self.least_element(site)
        if least == 0:
            reader.budget.charge(count * self.element.cost, reader.pos)
        # More than can be there: read on to say where it ends, but keep nothing.
        keeps = count * least <= left
        mine: Sequence[Any] = own if isinstance(own, list) else ()
        items: list[Any] = []
        i = 0
        try:
            while i < count:
                value = self.load_item(reader, mine, i, site, number * count + i)
                if keeps:
                    items.append(value)
                i += 1
        except Refused as refused:
            refused.parts.append(f"[{i}]")
            raise
        return items

    def load_item(self, reader: Reader, own: Sequence[Any], i: int, site: Site, number: int) -> Any:
        raise NotImplementedError

    def parse_items(self, value: object, own: Any, site: Site, number: int) -> list[Any]:
        values = sequence(value)
        mine: Sequence[Any] = own if isinstance(own, list) else ()
        items: list[Any] = []
        first = number * len(values)
        try:
            for i, item in enumerate(values):
                items.append(
                    self.parse_item(item, mine[i] if i < len(mine) else None, site, first + i)
                )
        except Refused as refused:
            refused.parts.append(f"[{len(items)}]")
            raise
        return items

    def parse_item(self, value: object, own: Any, site: Site, number: int) -> Any:
        return self.element.parse(value, own, site, number)


class ArrayCodec(SequenceCodec):
    """`count` elements; integers and floats in an array.array where there is a typecode."""

    def __init__(self, element: Codec, count: Length, typecode: str | None) -> None:
        super().__init__(element, count)
        self.typecode = typecode
        self.size = 0  # of an element that is a plain scalar, else 0
        if isinstance(element, (NumberCodec, FloatCodec)) and not isinstance(element, EnumCodec):
            self.size = element.size
        elif isinstance(element, BoolCodec):
            self.size = 1

    def least(self, site: Site | None) -> int:
        return measure_least(self.count, site) * self.element.least(site)

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        if self.size:
            # Scalars are taken as a whole: they are all there, or the array is not.
            length = measure(self.count, site, reader.pos) * self.size
            if length > reader.end - reader.pos:
                raise reader.short(length)
            if self.typecode is not None:
                values: array[Any] = array(self.typecode)
                values.frombytes(reader.take(length))
                if LITTLE and self.size > 1:
                    values.byteswap()
                return values
        return self.load_items(reader, own, site, number)

    def load_item(self, reader: Reader, own: Sequence[Any], i: int, site: Site, number: int) -> Any:
        return self.element.load(reader, own[i] if i < len(own) else None, site, number)

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        items = self.items(value, site)
        if self.typecode is not None:
            packed = arr(self.typecode, items)
            if isinstance(packed, array):
                if LITTLE and self.size > 1:
                    packed.byteswap()
                writer.out.append(packed.tobytes())
                return
        first = number * len(items)
        for i, item in enumerate(items):
            try:
                self.element.save(writer, item, site, first + i)
            except Refused as refused:
                refused.parts.append(f"[{i}]")
                raise

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        count = measure_zero(self.count, site, budget)
        if self.typecode is not None:
            budget.charge(count * self.size)
            return array(self.typecode, [self.element.zero(budget, site, 0)]) * count
        budget.charge(count * 8)
        if self.size:
            return [self.element.zero(budget, site, 0)] * count
        first = number * count
        return [self.element.zero(budget, site, first + i) for i in range(count)]

    def plain(self, value: Any) -> object:
        return [self.element.plain(item) for item in value]

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        items = self.parse_items(value, own, site, number)
        return items if self.typecode is None else arr(self.typecode, items)


class PointersCodec(SequenceCodec):
    """A list whose elements may be None: the byte 30; `marked`: the others follow a byte 31."""

    def __init__(self, element: Codec, count: Length, marked: bool) -> None:
        super().__init__(element, count)
        self.marked = marked

    def least(self, site: Site | None) -> int:
        return measure_least(self.count, site) * self.least_element(site)

    def least_element(self, site: Site | None) -> int:
        return 1 if self.marked else min(1, self.element.least(site))

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        return self.load_items(reader, own, site, number)

    def load_item(self, reader: Reader, own: Sequence[Any], i: int, site: Site, number: int) -> Any:
        start = reader.pos
        mine = own[i] if i < len(own) else None
        if self.marked:
            mark = reader.take(1)
            if mark == b"0":
                return None
            if mark != b"1":
                words = f"the marker is 0x{mark.hex()}, neither 0x30 nor 0x31"
                raise Refused("bad-marker", words, start)
        elif site.based and i < len(own) and mine is None:
            # Nothing on the wire tells a null from data: the receiver's own pointer decides.
            mark = reader.take(1)
            if mark != b"0":
                words = f"is null in the receiver, and the marker is 0x{mark.hex()}, not 0x30"
                raise Refused("bad-marker", words, start)
            return None
        return self.element.load(reader, mine, site, number)

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        items = self.items(value, site)
        first = number * len(items)
        for i, item in enumerate(items):
            if item is None:
                writer.out.append(b"0")
                continue
            if self.marked:
                writer.out.append(b"1")
            try:
                self.element.save(writer, item, site, first + i)
            except Refused as refused:
                refused.parts.append(f"[{i}]")
                raise

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        count = measure_zero(self.count, site, budget)
        budget.charge(count * 8)
        return [None] * count

    def plain(self, value: Any) -> object:
        return [None if item is None else self.element.plain(item) for item in value]

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        return self.parse_items(value, own, site, number)

    def parse_item(self, value: object, own: Any, site: Site, number: int) -> Any:
        return None if value is None else self.element.parse(value, own, site, number)
