"""The table of wire scalars: one row for each type (wire encoding: migration/vmstate-types.c)."""

from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class ScalarRow:
    """One scalar. `code` is its character in Python's struct formats; everything is big-endian."""

    name: str
    size: int
    code: str
    low: int
    high: int
    zero: int = 0


def _unsigned(name: str, size: int, code: str) -> ScalarRow:
    return ScalarRow(name, size, code, 0, (1 << 8 * size) - 1)


def _signed(name: str, size: int, code: str, zero: int = 0) -> ScalarRow:
    return ScalarRow(name, size, code, -(1 << 8 * size - 1), (1 << 8 * size - 1) - 1, zero)


SCALARS: dict[str, ScalarRow] = {
    row.name: row
    for row in (
        ScalarRow("bool", 1, "?", 0, 1),
        _unsigned("u8", 1, "B"),
        _unsigned("u16", 2, "H"),
        _unsigned("u32", 4, "I"),
        _unsigned("u64", 8, "Q"),
        _signed("i8", 1, "b"),
        _signed("i16", 2, "h"),
        _signed("i32", 4, "i"),
        _signed("i64", 8, "q"),
        _signed("timer", 8, "q", zero=-1),  # nanoseconds; all ones: not armed
        ScalarRow("f64", 8, "d", 0, 0),  # CPU_Double_U; the range says nothing
    )
}

INTEGERS = frozenset(name for name in SCALARS if name[0] in "ui")
