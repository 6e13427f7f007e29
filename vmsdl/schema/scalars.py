"""The table of wire scalars: one row for each type (wire encoding: migration/vmstate-types.c).

All that other packages do with a scalar follows from its row. To add one, add a row.
"""

from enum import Enum

from vmsdl.records import dataclass


class ScalarKind(Enum):
    """What the values are. It decides the Python type and what may be done with them."""

    INTEGER = "integer"
    BOOL = "bool"  # any byte but 0 is loaded as true
    FLOAT = "float"  # compared and passed on, never computed with
    # A deadline in nanoseconds of the clock of one side: not an amount, though an int in Python.
    TIMER = "timer"


@dataclass(frozen=True, slots=True)
class ScalarRow:
    """One scalar. Everything on the wire is big-endian."""

    name: str
    kind: ScalarKind
    code: str  # its character in formats of `struct`, and in `array` (C sizes, as on all of ours)
    size: int  # bytes on the wire
    low: int = 0  # of a float the range says nothing
    high: int = 0
    zero: int = 0  # what a field without a default holds after reset
    qemu_name: str = ""  # of its vmstate_info, as streams describe it; empty: QEMU has none
    is_same_in_memory: bool = True  # it takes as many bytes in memory as on the wire
    foreign_names: tuple[str, ...] = ()  # what C, Rust, Kaitai and protobuf call it

    @property
    def is_integer(self) -> bool:
        """A number that may count, be `bounded`, carry an enum, and be taken for its bytes."""
        return self.kind is ScalarKind.INTEGER

    @property
    def is_bool(self) -> bool:
        return self.kind is ScalarKind.BOOL

    @property
    def is_float(self) -> bool:
        return self.kind is ScalarKind.FLOAT

    @property
    def is_timer(self) -> bool:
        return self.kind is ScalarKind.TIMER

    @property
    def is_signed(self) -> bool:
        """Whether it is an int in Python that can be negative."""
        return self.low < 0

    @property
    def python_type(self) -> str:
        """The name of the builtin type that holds its values."""
        return {ScalarKind.BOOL: "bool", ScalarKind.FLOAT: "float"}.get(self.kind, "int")

    def to_value(self, number: int | bool) -> int | bool | float:
        """A constant of a schema as a value of the Python type."""
        match self.kind:
            case ScalarKind.BOOL:
                return bool(number)
            case ScalarKind.FLOAT:
                return float(number)
            case _:
                return int(number)


def _unsigned(size: int, code: str, *foreign_names: str) -> ScalarRow:
    bits = 8 * size
    return ScalarRow(
        name=f"u{bits}",
        kind=ScalarKind.INTEGER,
        code=code,
        size=size,
        high=(1 << bits) - 1,
        qemu_name=f"uint{bits}",
        foreign_names=(f"uint{bits}_t", f"uint{bits}", *foreign_names),
    )


def _signed(size: int, code: str, *foreign_names: str) -> ScalarRow:
    bits = 8 * size
    return ScalarRow(
        name=f"i{bits}",
        kind=ScalarKind.INTEGER,
        code=code,
        size=size,
        low=-(1 << bits - 1),
        high=(1 << bits - 1) - 1,
        qemu_name=f"int{bits}",
        foreign_names=(f"int{bits}_t", f"int{bits}", f"s{bits}", *foreign_names),
    )


SCALARS: dict[str, ScalarRow] = {
    row.name: row
    for row in (
        ScalarRow(
            name="bool",
            kind=ScalarKind.BOOL,
            code="?",
            size=1,
            high=1,
            qemu_name="bool",
            foreign_names=("_Bool", "boolean"),
        ),
        _unsigned(1, "B", "u1", "char", "byte"),
        _unsigned(2, "H", "u2"),
        _unsigned(4, "I", "u4", "uint", "unsigned"),
        _unsigned(8, "Q", "size_t", "usize"),
        _signed(1, "b", "s1"),
        _signed(2, "h", "s2", "short"),
        _signed(4, "i", "s4", "int"),
        _signed(8, "q", "long", "ssize_t", "isize"),
        ScalarRow(
            name="timer",
            kind=ScalarKind.TIMER,
            code="q",
            size=8,
            low=-(1 << 63),
            high=(1 << 63) - 1,
            zero=-1,  # all ones: not armed
            qemu_name="timer",
            is_same_in_memory=False,  # a QEMUTimer, or a pointer to one
            foreign_names=("QEMUTimer",),
        ),
        ScalarRow(
            name="f64",
            kind=ScalarKind.FLOAT,
            code="d",
            size=8,
            qemu_name="CPU_Double_U",
            is_same_in_memory=False,
            foreign_names=("double", "float64"),
        ),
    )
}

# An element of a buffer. That `u8[n]` is held as `bytes` is a rule of its own, see `types.BYTE`.
BYTE = SCALARS["u8"]
# QEMU counts in `int` (VMStateDescription.version_id, VMS_VARRAY_INT32 and so on).
COUNT = SCALARS["i32"]
