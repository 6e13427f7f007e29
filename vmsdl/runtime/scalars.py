"""Codecs of single values: integers, bools, floats, enums; and what all codecs have in common."""

import math
from collections.abc import Iterable
from enum import IntEnum, IntFlag
from operator import index as as_integer
from struct import Struct as Packed
from struct import error as PackError
from typing import Any

from vmsdl.runtime.cursor import Budget, Reader, Refused, Site, Writer
from vmsdl.runtime.layout import EnumOf, Float, Number


class Codec:
    """How one kind of value is read, written, zeroed, and put in a dict and taken from it.

    `least` is the number of bytes that any value takes (here and now, where `site` is given),
    `cost` the memory of a value that takes none.
    `number` is an element's number in its array. `load` gets the receiver's own value or None.
    """

    dynamic = False
    cost = 8

    def least(self, site: Site | None) -> int:
        raise NotImplementedError

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        raise NotImplementedError

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        raise NotImplementedError

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        raise NotImplementedError

    def plain(self, value: Any) -> object:
        raise NotImplementedError

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        raise NotImplementedError

    def convert(self, value: Any) -> Any:
        """A default as the schema gives it, as a value of this kind."""
        return value


def wrong(value: object, wanted: str) -> Refused:
    return Refused("bad-value", f"is {describe_type(value)}, not {wanted}")


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

    def least(self, site: Site | None) -> int:
        return self.size

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        start = reader.pos
        end = start + self.size
        if end > reader.end:
            raise reader.short(self.size)
        reader.pos = end
        return self.unpack_from(reader.data, start)[0]

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        try:
            writer.out.append(self.pack(value))
        except PackError:
            raise self.explain(value) from None

    def explain(self, value: Any) -> Refused:
        try:
            value = as_integer(value)
        except TypeError:
            return wrong(value, "an integer")
        return Refused("out-of-range", f"value {shorten(value)} is outside {self.low}..{self.high}")

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        return self.initial

    def plain(self, value: Any) -> object:
        return int(value)

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise wrong(value, "an integer")
        if not self.low <= value <= self.high:
            raise self.explain(value)
        return int(value)


def shorten(value: int) -> str:
    """A number fit for a message: Python refuses to write very long ones in decimal."""
    return str(value) if value.bit_length() <= 256 else f"of {value.bit_length()} bits"


class BoolCodec(Codec):
    def least(self, site: Site | None) -> int:
        return 1

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        start = reader.pos
        if start >= reader.end:
            raise reader.short(1)
        reader.pos = start + 1
        return reader.data[start] != 0

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        if not isinstance(value, int):
            raise wrong(value, "a bool")
        writer.out.append(b"\x01" if value else b"\x00")

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        return False

    def plain(self, value: Any) -> object:
        return bool(value)

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        if not isinstance(value, bool):
            raise wrong(value, "a bool")
        return value

    def convert(self, value: Any) -> Any:
        return bool(value)


class FloatCodec(Codec):
    def __init__(self, kind: Float) -> None:
        self.packed = Packed(">" + kind.code)
        self.size = self.packed.size
        self.title = f"f{8 * self.size}"

    def least(self, site: Site | None) -> int:
        return self.size

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        start = reader.pos
        if start + self.size > reader.end:
            raise reader.short(self.size)
        reader.pos = start + self.size
        return self.packed.unpack_from(reader.data, start)[0]

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        try:
            writer.out.append(self.packed.pack(value))
        except (PackError, OverflowError):
            raise self.explain(value) from None

    def explain(self, value: Any) -> Refused:
        if isinstance(value, (int, float)):
            words = shorten(value) if isinstance(value, int) else repr(value)
            return Refused("out-of-range", f"value {words} is too large for an {self.title}")
        return wrong(value, "a float")

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        return 0.0

    def plain(self, value: Any) -> object:
        number = float(value)
        return number if math.isfinite(number) else self.packed.pack(number).hex()

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        if isinstance(value, str):
            try:
                return float(self.packed.unpack(bytes.fromhex(value))[0])
            except (ValueError, PackError):
                words = f"is not the {2 * self.size} hex digits of an {self.title}"
                raise Refused("bad-value", words) from None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise wrong(value, "a float")
        try:
            return float(value)
        except OverflowError:
            raise self.explain(value) from None

    def convert(self, value: Any) -> Any:
        return float(value)


class EnumCodec(NumberCodec):
    def __init__(self, kind: EnumOf) -> None:
        super().__init__(Number(kind.code))
        self.cls = kind.cls
        self.is_flags = issubclass(kind.cls, IntFlag)
        self.arms = {
            kind.names.get(name, name): int(member) for name, member in kind.cls.__members__.items()
        }
        self.members: dict[int, IntEnum | IntFlag] = {
            int(member): member for member in kind.cls.__members__.values()
        }
        self.mask = join(self.arms.values())
        self.initial = self.convert(kind.zero)

    def convert(self, value: Any) -> Any:
        return self.member(int(value))

    def member(self, value: int, offset: int = 0) -> Any:
        member = self.members.get(value)
        if member is not None:
            return member
        if not self.is_flags:
            words = f"value {shorten(value)} is not in the enum {self.cls.__name__}"
            raise Refused("bad-enum", words, offset)
        unknown = value & ~self.mask
        if unknown:
            words = f"value {value:#x} has bits {unknown:#x} that {self.cls.__name__} does not know"
            raise Refused("bad-enum", words, offset)
        try:
            return self.cls(value)
        except ValueError:  # a part of an arm that has several bits
            words = f"value {value:#x} is no union of the flags of {self.cls.__name__}"
            raise Refused("bad-enum", words, offset) from None

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        start = reader.pos
        return self.member(super().load(reader, own, site, number), start)

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        if not isinstance(value, int):
            raise wrong(value, f"a {self.cls.__name__}")
        self.member(int(value))
        super().save(writer, int(value), site, number)

    def plain(self, value: Any) -> object:
        number = int(value)
        for name, arm in self.arms.items():
            if arm == number:
                return name
        whole = {name: arm for name, arm in self.arms.items() if arm and number & arm == arm}
        if self.is_flags and join(whole.values()) == number:
            return "|".join(whole)
        return number  # a part of an arm that has several bits

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        if self.is_flags and isinstance(value, int) and not isinstance(value, bool):
            return self.member(value)
        if not isinstance(value, str):
            raise wrong(value, f"the name of a {self.cls.__name__}")
        if not self.is_flags:
            return self.members[self.arm(value)]
        return self.convert(join(self.arm(name) for name in value.split("|") if value))

    def arm(self, name: str) -> int:
        if name not in self.arms:
            raise Refused("bad-value", f"{name!r} is not in the enum {self.cls.__name__}")
        return self.arms[name]


def join(flags: Iterable[int]) -> int:
    joined = 0
    for flag in flags:
        joined |= flag
    return joined
