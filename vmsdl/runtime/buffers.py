"""Codecs of raw bytes: bytes, opaque, blob and bitmap."""

from typing import Any

from vmsdl.runtime.cursor import (
    CodecRefusal,
    InputReader,
    MemoryBudget,
    ObjectContext,
    OutputWriter,
    measure,
    measure_minimum,
    measure_zero,
    plural,
)
from vmsdl.runtime.layout import Length
from vmsdl.runtime.scalars import Codec, wrong_type


def to_bytes(value: object, writer: OutputWriter) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, (bytearray, memoryview)):
        writer.has_converted = True
        return bytes(value)
    raise wrong_type(value, "bytes")


def bytes_to_hex(value: Any) -> str:
    return bytes(value).hex()


def bytes_from_hex(value: object) -> bytes:
    if not isinstance(value, str):
        raise wrong_type(value, "a string of hex digits")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise CodecRefusal("bad-value", "is not a string of hex digits") from None


class BytesCodec(Codec):
    def __init__(self, length: Length) -> None:
        self.length = length
        self.dynamic = not isinstance(length, int)
        self.zeros: bytes | None = None

    def minimum_size(self, context: ObjectContext | None) -> int:
        return measure_minimum(self.length, context)

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        return reader.take(measure(self.length, context, reader.pos))

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        data = to_bytes(value, writer)
        length = measure(self.length, context, 0)
        if len(data) != length:
            raise CodecRefusal(
                "length-mismatch", f"has {plural(len(data))}, but must have {length}"
            )
        writer.out.append(data)

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        if isinstance(self.length, int):
            # The schema bounds these, and they are shared, so no input can multiply them.
            if self.zeros is None:
                self.zeros = bytes(self.length)
            return self.zeros
        length = measure_zero(self.length, context, budget)
        budget.charge(length)
        return bytes(length)

    def to_plain(self, value: Any) -> object:
        return bytes_to_hex(value)

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        return bytes_from_hex(value)


class RestCodec(Codec):
    def minimum_size(self, context: ObjectContext | None) -> int:
        return 0

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        return reader.take(reader.end - reader.pos)

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        writer.out.append(to_bytes(value, writer))

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return b""

    def to_plain(self, value: Any) -> object:
        return bytes_to_hex(value)

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        return bytes_from_hex(value)


class BlobCodec(Codec):
    def minimum_size(self, context: ObjectContext | None) -> int:
        return 4

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        return reader.take(int.from_bytes(reader.take(4), "big"))

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        data = to_bytes(value, writer)
        if len(data) >> 32:
            raise CodecRefusal("out-of-range", f"has {len(data)} bytes, too many for a blob")
        writer.out.append(len(data).to_bytes(4, "big"))
        writer.out.append(data)

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return b""

    def to_plain(self, value: Any) -> object:
        return bytes_to_hex(value)

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        return bytes_from_hex(value)


class BitmapCodec(Codec):
    """QEMU loads the last word whole and never looks at bits beyond the last: they are dropped."""

    def __init__(self, bits: Length) -> None:
        self.bits = bits

    def minimum_size(self, context: ObjectContext | None) -> int:
        return -(-measure_minimum(self.bits, context) // 64) * 8

    def load(self, reader: InputReader, own: Any, context: ObjectContext, number: int) -> Any:
        bits = measure(self.bits, context, reader.pos)
        words = reader.take(-(-bits // 64) * 8)
        return int.from_bytes(reverse_words(words), "little") & ((1 << bits) - 1)

    def save(self, writer: OutputWriter, value: Any, context: ObjectContext, number: int) -> None:
        if not isinstance(value, int):
            raise wrong_type(value, "an integer")
        bits = measure(self.bits, context, 0)
        if value < 0 or value.bit_length() > bits:
            raise CodecRefusal("out-of-range", f"does not fit into {bits} bits")
        writer.out.append(reverse_words(value.to_bytes(-(-bits // 64) * 8, "little")))

    def zero(self, budget: MemoryBudget, context: ObjectContext, number: int) -> Any:
        return 0

    def to_plain(self, value: Any) -> object:
        return hex(value)

    def from_plain(self, value: object, own: Any, context: ObjectContext, number: int) -> Any:
        if not isinstance(value, str):
            raise wrong_type(value, "a string of hex digits")
        try:
            parsed = int(value, 16)
        except ValueError:
            parsed = -1
        if parsed < 0 or not value.startswith("0x"):
            raise CodecRefusal("bad-value", "is not a bitmap such as 0x1f")
        return parsed


def reverse_words(data: bytes) -> bytes:
    """Each 8 bytes in opposite order."""
    backwards = data[::-1]
    return b"".join(backwards[i : i + 8] for i in range(len(data) - 8, -8, -8))
