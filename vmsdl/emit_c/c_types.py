"""The types of C that hold the scalars of a schema, and how C computes with them."""

from vmsdl.emit_c.not_in_c import NotInC
from vmsdl.records import dataclass
from vmsdl.schema.description import Schema
from vmsdl.schema.scalars import SCALARS, ScalarKind, ScalarRow
from vmsdl.schema.types import EnumType, Scalar
from vmsdl.source import Span


@dataclass(frozen=True, slots=True)
class CInteger:
    """A type that C computes with, after the integer promotions."""

    name: str
    low: int
    high: int

    def holds(self, low: int | None, high: int | None) -> bool:
        return low is not None and high is not None and self.low <= low and high <= self.high


INT = CInteger("int", -(1 << 31), (1 << 31) - 1)
UINT32 = CInteger("uint32_t", 0, (1 << 32) - 1)
INT64 = CInteger("int64_t", -(1 << 63), (1 << 63) - 1)
UINT64 = CInteger("uint64_t", 0, (1 << 64) - 1)
_RANKS = (INT, UINT32, INT64, UINT64)


def convert(left: CInteger, right: CInteger) -> CInteger:
    """The type in which C computes with two operands (usual arithmetic conversions)."""
    return max(left, right, key=_RANKS.index)


def find_promoted(row: ScalarRow) -> CInteger:
    """The type of a scalar's value in an expression."""
    return next(each for each in _RANKS if each.holds(row.low, row.high))


def find_literal_type(value: int) -> CInteger:
    """The type of a number as `write_number` writes it."""
    return next((each for each in _RANKS if each.holds(value, value)), UINT64)


def write_number(value: int, text: str = "") -> str:
    """A number with the suffix that gives it the type of `find_literal_type`."""
    if value == INT64.low:
        return "INT64_MIN"
    text = text or (hex(value) if value > INT.high else str(value))
    suffix = {INT: "", UINT32: "U", INT64: "LL", UINT64: "ULL"}[find_literal_type(value)]
    return f"{text}{suffix}"


def find_c_scalar(row: ScalarRow) -> str:
    """The type of a member that holds a scalar."""
    match row.kind:
        case ScalarKind.BOOL:
            return "bool"
        case ScalarKind.TIMER:
            return "QEMUTimer"
        case ScalarKind.FLOAT:
            return "CPU_DoubleU"
        case ScalarKind.INTEGER:
            return row.foreign_names[0]


def find_info(row: ScalarRow) -> str:
    """The `VMStateInfo` of a scalar."""
    name = "cpudouble" if row.kind is ScalarKind.FLOAT else row.qemu_name
    return f"vmstate_info_{name}"


def find_row(type_: object, schema: Schema, span: Span) -> ScalarRow:
    """The scalar of a scalar or enum."""
    match type_:
        case Scalar(row=row):
            return row
        case EnumType(name=name):
            return SCALARS[schema.enums[name].scalar]
        case _:
            raise NotInC(span, "VMState has no macro for this type")
