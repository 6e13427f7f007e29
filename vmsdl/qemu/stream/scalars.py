"""One leaf of a stream's own description: bytes to a JSON value and back.

A value stands for its bytes exactly: what has no exact plain value (a bool of 2, a float that is
no number, an unknown type) is a hex string.
"""

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from vmsdl.schema.scalars import SCALARS, ScalarKind, ScalarRow

Value = bool | int | float | str | None


class ValueProblem(ValueError):
    """A value that has no bytes of this type; the message says why."""


@dataclass(frozen=True, slots=True)
class ScalarFormat:
    """How one type of the description is read and written; `size` None: any size."""

    size: int | None
    read: Callable[[bytes], Value]
    write: Callable[[object, int], bytes]


def find_format(name: str, size: int) -> ScalarFormat:
    """The leaf for a JSON "type" of that size; what is not known is shown as raw bytes."""
    known = _LEAVES.get(name.removesuffix(" equal").removesuffix(" le"))
    # The unsigned 64-bit type is called "int64 equal" (VMSTATE_UINT64_EQUAL).
    if name == "int64 equal":
        known = _LEAVES["uint64"]
    return known if known is not None and known.size in (None, size) else _RAW


def _integer(size: int, signed: bool) -> ScalarFormat:
    low = -(1 << 8 * size - 1) if signed else 0
    high = (1 << 8 * size - (1 if signed else 0)) - 1

    def read(data: bytes) -> Value:
        return int.from_bytes(data, "big", signed=signed)

    def write(value: object, _: int) -> bytes:
        if type(value) is not int:
            raise ValueProblem(f"expected an integer, got {value!r:.60}")
        if not low <= value <= high:
            raise ValueProblem(f"{value} is not in {low}..{high}")
        return value.to_bytes(size, "big", signed=signed)

    return ScalarFormat(size, read, write)


def _read_bool(data: bytes) -> Value:
    return data == b"\1" if data in (b"\0", b"\1") else data.hex()


def _write_bool(value: object, size: int) -> bytes:
    return bytes([value]) if type(value) is bool else _write_raw(value, size)


def _float(code: str, size: int) -> ScalarFormat:
    packed = struct.Struct(f">{code}")

    def read(data: bytes) -> Value:
        value: float = packed.unpack(data)[0]
        return value if math.isfinite(value) else data.hex()

    def write(value: object, size: int) -> bytes:
        if type(value) not in (int, float):
            return _write_raw(value, size)
        try:
            return packed.pack(value)
        except OverflowError:
            raise ValueProblem(f"{value!r:.60} is too large") from None

    return ScalarFormat(size, read, write)


def _read_raw(data: bytes) -> Value:
    return data.hex()


def _write_raw(value: object, size: int) -> bytes:
    if not isinstance(value, str):
        raise ValueProblem(f"expected {size} bytes as hex digits, got {value!r:.60}")
    try:
        return bytes.fromhex(value)
    except ValueError:
        raise ValueProblem(f"{value!r:.60} is not a string of hex digits") from None


def _read_null(data: bytes) -> Value:
    return None if data == b"0" else data.hex()


def _write_null(value: object, size: int) -> bytes:
    return b"0" if value is None else _write_raw(value, size)


_RAW = ScalarFormat(None, _read_raw, _write_raw)


def _format_of(row: ScalarRow) -> ScalarFormat:
    match row.kind:
        case ScalarKind.BOOL:
            return ScalarFormat(row.size, _read_bool, _write_bool)
        case ScalarKind.FLOAT:
            return _float(row.code, row.size)
        case ScalarKind.INTEGER | ScalarKind.TIMER:
            return _integer(row.size, row.is_signed)
        case _:
            assert_never(row.kind)


_LEAVES = {
    "nullptr": ScalarFormat(1, _read_null, _write_null),
    "ptr-marker": ScalarFormat(1, _read_null, _write_null),
    "struct": ScalarFormat(1, _read_null, _write_null),  # of no fields: a null, before 10.0
    **{row.qemu_name: _format_of(row) for row in SCALARS.values() if row.qemu_name},
}
