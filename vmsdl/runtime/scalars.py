"""Codecs of single values (integers, bools, floats, enums), and the interface of all codecs."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from enum import IntEnum, IntFlag
from operator import index as as_integer
from struct import Struct as Packed
from struct import error as PackError
from typing import Any

from vmsdl.runtime.cursor import (
    CodecRefusal,
    InputReader,
    MemoryBudget,
    ObjectContext,
    OutputWriter,
)
from vmsdl.runtime.layout import EnumOf, Float, Number


class Codec(ABC):
    """Reads and writes one kind of value, makes its zero, and converts it to plain values and back.

    `number` is the index of an element in its array, list or map, else 0. `own` is the value that
    the object loaded into holds, or None.
    """

    dynamic = False  # whether the length of a zero depends on the state
    cost = 8  # bytes of memory of a value that takes no bytes on the wire
    no_own: Any = None  # what an element is loaded into where the array has no such element

    @abstractmethod
    def minimum_size(self, context: ObjectContext | None) -> int:
        """The least number of bytes of any value; in this state, where a context is given."""

    @abstractmethod
    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        """Read one value."""

    @abstractmethod
    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        """Write one value."""

    @abstractmethod
    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        """The value where nothing was sent and the schema gives no default."""

    @abstractmethod
    def to_plain(self, value: Any) -> object:
        """The value in types that JSON has."""

    @abstractmethod
    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        """The inverse of `to_plain`."""

    def convert(self, value: Any) -> Any:
        """A default as the schema gives it, as a value of this kind."""
        return value


def wrong_type(value: object, expected: str) -> CodecRefusal:
    return CodecRefusal("bad-value", f"is {describe_type(value)}, not {expected}")


def describe_type(value: object) -> str:
    return "None" if value is None else f"of type {type(value).__name__}"


class NumberCodec(Codec):
    def __init__(self, kind: Number) -> None:
        packed = Packed(">" + kind.code)
        self.size = packed.size
        self.unpack_from = packed.unpack_from
        self.pack = packed.pack
        self.code = kind.code
        self.initial = kind.zero
        signed = kind.code.islower()
        bits = 8 * packed.size
        self.low = -(1 << bits - 1) if signed else 0
        self.high = (1 << bits - signed) - 1

    def minimum_size(self, context: ObjectContext | None) -> int:
        return self.size

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        start = reader.pos
        end = start + self.size
        if end > reader.end:
            raise reader.short(self.size)
        reader.pos = end
        return self.unpack_from(reader.data, start)[0]

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        try:
            writer.out.append(self.pack(value))
        except PackError:
            raise self.explain(value) from None

    def explain(self, value: Any) -> CodecRefusal:
        try:
            value = as_integer(value)
        except TypeError:
            return wrong_type(value, "an integer")
        return CodecRefusal(
            "out-of-range", f"value {shorten(value)} is out of range {self.low}..{self.high}"
        )

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return self.initial

    def to_plain(self, value: Any) -> object:
        return int(value)

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong_type(value, "an integer")
        if not self.low <= value <= self.high:
            raise self.explain(value)
        return int(value)


def shorten(value: int) -> str:
    """A number fit for a message: Python refuses to write very long ones in decimal."""
    return str(value) if value.bit_length() <= 256 else f"of {value.bit_length()} bits"


class BoolCodec(Codec):
    def minimum_size(self, context: ObjectContext | None) -> int:
        return 1

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        start = reader.pos
        if start >= reader.end:
            raise reader.short(1)
        reader.pos = start + 1
        return reader.data[start] != 0

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        if not isinstance(value, int):
            raise wrong_type(value, "a bool")
        writer.out.append(b"\x01" if value else b"\x00")

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return False

    def to_plain(self, value: Any) -> object:
        return bool(value)

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        if not isinstance(value, bool):
            raise wrong_type(value, "a bool")
        return value

    def convert(self, value: Any) -> Any:
        return bool(value)


class FloatCodec(Codec):
    def __init__(self, kind: Float) -> None:
        self.packed = Packed(">" + kind.code)
        self.size = self.packed.size
        self.title = f"f{8 * self.size}"

    def minimum_size(self, context: ObjectContext | None) -> int:
        return self.size

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        start = reader.pos
        if start + self.size > reader.end:
            raise reader.short(self.size)
        reader.pos = start + self.size
        return self.packed.unpack_from(reader.data, start)[0]

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        try:
            writer.out.append(self.packed.pack(value))
        except (PackError, OverflowError):
            raise self.explain(value) from None

    def explain(self, value: Any) -> CodecRefusal:
        if isinstance(value, (int, float)):
            words = shorten(value) if isinstance(value, int) else repr(value)
            return CodecRefusal("out-of-range", f"value {words} is too large for an {self.title}")
        return wrong_type(value, "a float")

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return 0.0

    def to_plain(self, value: Any) -> object:
        number = float(value)
        return number if math.isfinite(number) else self.packed.pack(number).hex()

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        if isinstance(value, str):
            try:
                return float(self.packed.unpack(bytes.fromhex(value))[0])
            except (ValueError, PackError):
                words = f"is not a string of the {2 * self.size} hex digits of an {self.title}"
                raise CodecRefusal("bad-value", words) from None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise wrong_type(value, "a float")
        try:
            return float(value)
        except OverflowError:
            raise self.explain(value) from None

    def convert(self, value: Any) -> Any:
        return float(value)


class EnumCodec(Codec):
    def __init__(self, kind: EnumOf) -> None:
        self.number = NumberCodec(Number(kind.code))
        self.cls = kind.cls
        self.is_flags = issubclass(kind.cls, IntFlag)
        self.values_by_name = {
            kind.names.get(name, name): int(member) for name, member in kind.cls.__members__.items()
        }
        self.members: dict[int, IntEnum | IntFlag] = {
            int(member): member for member in kind.cls.__members__.values()
        }
        self.mask = join_flags(self.values_by_name.values())
        self.initial = self.convert(kind.zero)

    def convert(self, value: Any) -> Any:
        return self.member(int(value))

    def member(self, value: int, offset: int = 0) -> Any:
        member = self.members.get(value)
        if member is not None:
            return member
        if not self.is_flags:
            words = f"value {shorten(value)} is not in enum {self.cls.__name__}"
            raise CodecRefusal("bad-enum", words, offset)
        unknown = value & ~self.mask
        if unknown:
            words = f"value {value:#x} has bits {unknown:#x} that are not in {self.cls.__name__}"
            raise CodecRefusal("bad-enum", words, offset)
        try:
            return self.cls(value)
        except ValueError:  # a part of a member that has several bits
            words = f"value {value:#x} is not a combination of the flags of {self.cls.__name__}"
            raise CodecRefusal("bad-enum", words, offset) from None

    def minimum_size(self, context: ObjectContext | None) -> int:
        return self.number.size

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        start = reader.pos
        return self.member(self.number.load(reader, own, context, number), start)

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        if not isinstance(value, int):
            raise wrong_type(value, f"a {self.cls.__name__}")
        self.member(int(value))
        self.number.save(writer, int(value), context, number)

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return self.initial

    def to_plain(self, value: Any) -> object:
        number = int(value)
        for name, known in self.values_by_name.items():
            if known == number:
                return name
        whole = {
            name: known
            for name, known in self.values_by_name.items()
            if known and number & known == known
        }
        if self.is_flags and join_flags(whole.values()) == number:
            return "|".join(whole)
        return number  # a part of a member that has several bits

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        if self.is_flags and isinstance(value, int) and not isinstance(value, bool):
            return self.member(value)
        if not isinstance(value, str):
            raise wrong_type(value, f"the name of a {self.cls.__name__}")
        if not self.is_flags:
            return self.members[self.value_of(value)]
        return self.convert(join_flags(self.value_of(name) for name in value.split("|") if value))

    def value_of(self, name: str) -> int:
        if name not in self.values_by_name:
            raise CodecRefusal("bad-value", f"{name!r} is not in enum {self.cls.__name__}")
        return self.values_by_name[name]


def join_flags(flags: Iterable[int]) -> int:
    joined = 0
    for flag in flags:
        joined |= flag
    return joined
