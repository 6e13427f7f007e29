"""Codecs of raw bytes: bytes, opaque, blob and bitmap."""

from typing import Any

from vmsdl.runtime.cursor import (
    Budget,
    Reader,
    Refused,
    Site,
    Writer,
    measure,
    measure_least,
    measure_zero,
    plural,
)
from vmsdl.runtime.layout import Length
from vmsdl.runtime.scalars import Codec, wrong


def raw(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    raise wrong(value, "bytes")


def parse_hex(value: object) -> bytes:
    if not isinstance(value, str):
        raise wrong(value, "a string of hex digits")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise Refused("bad-value", "is not a string of hex digits") from None


class BufferCodec(Codec):
    """What bytes, opaque and blob share: bytes in Python, a hex string in a dict."""

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        return b""

    def plain(self, value: Any) -> object:
        return bytes(value).hex()

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        return parse_hex(value)


class BytesCodec(BufferCodec):
    def __init__(self, length: Length) -> None:
        self.length = length
        self.dynamic = not isinstance(length, int)
        self.zeros: bytes | None = None

    def least(self, site: Site | None) -> int:
        return measure_least(self.length, site)

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        return reader.take(measure(self.length, site, reader.pos))

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        data = raw(value)
        length = measure(self.length, site, 0)
        if len(data) != length:
            raise Refused("length-mismatch", f"has {plural(len(data))}, and must have {length}")
        writer.out.append(data)

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        if isinstance(self.length, int):
            # The schema bounds these, and they are shared, so no input can multiply them.
            if self.zeros is None:
                self.zeros = bytes(self.length)
            return self.zeros
        length = measure_zero(self.length, site, budget)
        budget.charge(length)
        return bytes(length)


class RestCodec(BufferCodec):
    def least(self, site: Site | None) -> int:
        return 0

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        return reader.take(reader.end - reader.pos)

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        writer.out.append(raw(value))


class BlobCodec(BufferCodec):
    def least(self, site: Site | None) -> int:
        return 4

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        return reader.take(int.from_bytes(reader.take(4), "big"))

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        data = raw(value)
        if len(data) >> 32:
            raise Refused("out-of-range", f"has {len(data)} bytes, more than a blob can have")
        writer.out.append(len(data).to_bytes(4, "big"))
        writer.out.append(data)


class BitmapCodec(Codec):
    """QEMU loads the last word whole and never looks at bits beyond the last: they are dropped."""

    def __init__(self, bits: Length) -> None:
        self.bits = bits

    def least(self, site: Site | None) -> int:
        return -(-measure_least(self.bits, site) // 64) * 8

    def load(self, reader: Reader, own: Any, site: Site, number: int) -> Any:
        bits = measure(self.bits, site, reader.pos)
        words = reader.take(-(-bits // 64) * 8)
        return int.from_bytes(swap_words(words), "little") & ((1 << bits) - 1)

    def save(self, writer: Writer, value: Any, site: Site, number: int) -> None:
        if not isinstance(value, int):
            raise wrong(value, "an integer")
        bits = measure(self.bits, site, 0)
        if value < 0 or value.bit_length() > bits:
            raise Refused("out-of-range", f"has bits outside its {bits}")
        writer.out.append(swap_words(value.to_bytes(-(-bits // 64) * 8, "little")))

    def zero(self, budget: Budget, site: Site, number: int) -> Any:
        return 0

    def plain(self, value: Any) -> object:
        return hex(value)

    def parse(self, value: object, own: Any, site: Site, number: int) -> Any:
        if not isinstance(value, str):
            raise wrong(value, "a string of hex digits")
        try:
            parsed = int(value, 16)
        except ValueError:
            parsed = -1
        if parsed < 0 or not value.startswith("0x"):
            raise Refused("bad-value", "is not a bitmap like 0x1f")
        return parsed


def swap_words(data: bytes) -> bytes:
    """Each 8 bytes in opposite order."""
    backwards = data[::-1]
    return b"".join(backwards[i : i + 8] for i in range(len(data) - 8, -8, -8))
