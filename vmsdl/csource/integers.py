"""C's integer types: their ranges, and what the operators of C compute in them.

Values are mathematical integers. Where a result may leave the range of its type, an explicit mask
wraps it around, as the machine does (QEMU is compiled with -fwrapv, so for signed types too).
"""

from vmsdl.csource.truths import bits, conditional, fold, is_truth
from vmsdl.csource.values import (
    BinaryValue,
    ChoiceValue,
    CType,
    NotUnderstood,
    NumberValue,
    Path,
    ToInteger,
    UnaryValue,
    UnknownValue,
    Value,
    ValueOperator,
)
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class IntegerType:
    bits: int
    is_signed: bool

    @property
    def low(self) -> int:
        return -(1 << (self.bits - 1)) if self.is_signed else 0

    @property
    def high(self) -> int:
        return (1 << (self.bits - self.is_signed)) - 1


INT = IntegerType(32, True)
UINT = IntegerType(32, False)
LONG = IntegerType(64, True)
ULONG = IntegerType(64, False)
BOOL = IntegerType(1, False)

_NAMES = {
    **{f"int{n}_t": IntegerType(n, True) for n in (8, 16, 32, 64)},
    **{f"uint{n}_t": IntegerType(n, False) for n in (8, 16, 32, 64)},
    **{f"int{n}": IntegerType(n, True) for n in (8, 16, 32, 64)},
    **{f"uint{n}": IntegerType(n, False) for n in (8, 16, 32, 64)},
    **{f"__u{n}": IntegerType(n, False) for n in (8, 16, 32, 64)},
    **{f"__s{n}": IntegerType(n, True) for n in (8, 16, 32, 64)},
    **{f"g{name}": IntegerType(n, True) for name, n in (("int", 32), ("int64", 64))},
    **{f"g{name}": UINT for name in ("boolean", "uint", "uint32")},
    **dict.fromkeys(("bool", "_Bool"), BOOL),
    **dict.fromkeys(("size_t", "uintptr_t", "gsize", "guint64"), ULONG),
    **dict.fromkeys(("ssize_t", "intptr_t", "ptrdiff_t", "off_t", "time_t", "off64_t"), LONG),
    **dict.fromkeys(("hwaddr", "ram_addr_t", "dma_addr_t", "pcibus_t", "vaddr"), ULONG),
    "pid_t": INT,
    "gint": INT,
}


def name_integer(words: tuple[str, ...]) -> IntegerType | None:
    """The type that these words of C itself (`unsigned long`), or of the system's headers, name."""
    if len(words) == 1 and words[0] in _NAMES:
        return _NAMES[words[0]]
    if not words or not set(words) <= {"unsigned", "signed", "char", "short", "int", "long"}:
        return INT if words and words[0] == "enum" else None
    is_signed = "unsigned" not in words
    if "char" in words:
        return IntegerType(8, is_signed)
    if "short" in words:
        return IntegerType(16, is_signed)
    return IntegerType(64 if "long" in words else 32, is_signed)


def name_type(kind: IntegerType) -> CType:
    if kind == BOOL:
        return CType(("bool",))
    return CType((f"{'' if kind.is_signed else 'u'}int{kind.bits}_t",))


def promote(kind: IntegerType) -> IntegerType:
    return kind if kind.bits >= 32 else INT


def common_type(left: IntegerType, right: IntegerType) -> IntegerType:
    """The usual arithmetic conversions (C11 6.3.1.8)."""
    left, right = promote(left), promote(right)
    if left.bits != right.bits:
        return max(left, right, key=lambda kind: kind.bits)
    return IntegerType(left.bits, left.is_signed and right.is_signed)


# Ranges ------------------------------------------------------------------------------------------

Range = tuple[int, int]


def range_of(value: Value, kind: IntegerType) -> Range:
    """Bounds of a value that is of this type."""
    bounds = _find_range(value, 0)
    if bounds is None:
        return kind.low, kind.high
    low, high = bounds
    return (low, high) if kind.low <= low and high <= kind.high else (kind.low, kind.high)


def _find_range(value: Value, depth: int) -> Range | None:
    if depth > 30:
        return None
    if is_truth(value):
        return 0, 1
    match value:
        case NumberValue(value=number):
            return number, number
        case ToInteger():
            return 0, 1
        case Path(type=kind) if kind is not None:
            return None if kind.pointers else _range_of_type(kind)
        case ChoiceValue(then=then, otherwise=otherwise):
            first, second = _find_range(then, depth + 1), _find_range(otherwise, depth + 1)
            if first is None or second is None:
                return None
            return min(first[0], second[0]), max(first[1], second[1])
        case BinaryValue(operator=operator, left=left, right=right):
            first, second = _find_range(left, depth + 1), _find_range(right, depth + 1)
            if operator is ValueOperator.BIT_AND:
                known = [each for each in (first, second) if each is not None and each[0] >= 0]
                return (0, min(each[1] for each in known)) if known else None
            if first is None or second is None:
                return None
            return operate_ranges(operator, first, second)
        case UnaryValue(operator=ValueOperator.INVERT, operand=operand):
            inner = _find_range(operand, depth + 1)
            return None if inner is None else (~inner[1], ~inner[0])
        case UnaryValue(operator=ValueOperator.NEGATE, operand=operand):
            inner = _find_range(operand, depth + 1)
            return None if inner is None else (-inner[1], -inner[0])
        case _:
            return None


def _range_of_type(kind: CType) -> Range | None:
    integer = name_integer(kind.words)
    if integer is None:
        return None
    if kind.bits is not None:
        integer = IntegerType(kind.bits, integer.is_signed)
    return integer.low, integer.high


def operate_ranges(operator: ValueOperator, left: Range, right: Range) -> Range | None:
    """The bounds of the mathematical result; None where they are not known."""
    match operator:
        case ValueOperator.ADD:
            return left[0] + right[0], left[1] + right[1]
        case ValueOperator.SUBTRACT:
            return left[0] - right[1], left[1] - right[0]
        case ValueOperator.MULTIPLY:
            corners = [a * b for a in left for b in right]
            return min(corners), max(corners)
        case ValueOperator.DIVIDE if left[0] >= 0 and right[0] > 0:
            return left[0] // right[1], left[1] // right[0]
        case ValueOperator.REMAINDER if left[0] >= 0 and right[0] > 0:
            return 0, min(left[1], right[1] - 1)
        case ValueOperator.SHIFT_LEFT if 0 <= right[0] and right[1] < 128:
            corners = [a << b for a in left for b in right]
            return min(corners), max(corners)
        case ValueOperator.SHIFT_RIGHT if 0 <= right[0] and right[1] < 128:
            corners = [a >> b for a in left for b in right]
            return min(corners), max(corners)
        case ValueOperator.BIT_AND if left[0] >= 0 or right[0] >= 0:
            return 0, min(each[1] for each in (left, right) if each[0] >= 0)
        case ValueOperator.BIT_AND | ValueOperator.BIT_OR | ValueOperator.BIT_XOR:
            width = max(bits(each) for each in (*left, *right))
            return (0 if left[0] >= 0 and right[0] >= 0 else -(1 << width)), (1 << width) - 1
        case _:
            return None


# Computations ------------------------------------------------------------------------------------


def convert(value: Value, source: IntegerType, target: IntegerType) -> Value:
    """A conversion to another integer type: wrapped around where the value may not fit."""
    if isinstance(value, UnknownValue):
        return value
    low, high = range_of(value, source)
    return wrap(value, (low, high), target)


def wrap(value: Value, bounds: Range | None, kind: IntegerType) -> Value:
    if bounds is not None and kind.low <= bounds[0] and bounds[1] <= kind.high:
        return value
    mask = (1 << kind.bits) - 1
    if isinstance(value, NumberValue):
        number = value.value & mask
        return NumberValue(number - (mask + 1 if number > kind.high else 0))
    if isinstance(value, ChoiceValue):
        return conditional(
            value.condition,
            wrap(value.then, _find_range(value.then, 0), kind),
            wrap(value.otherwise, _find_range(value.otherwise, 0), kind),
        )
    if not kind.is_signed:
        return BinaryValue(ValueOperator.BIT_AND, value, NumberValue(mask))
    half = NumberValue(1 << (kind.bits - 1))
    shifted = BinaryValue(
        ValueOperator.BIT_AND, BinaryValue(ValueOperator.ADD, value, half), NumberValue(mask)
    )
    return BinaryValue(ValueOperator.SUBTRACT, shifted, half)


_COMPARISONS = {
    ValueOperator.EQUAL,
    ValueOperator.UNEQUAL,
    ValueOperator.LESS,
    ValueOperator.LESS_EQUAL,
    ValueOperator.GREATER,
    ValueOperator.GREATER_EQUAL,
}


def compute(
    operator: ValueOperator,
    left: Value,
    left_kind: IntegerType,
    right: Value,
    right_kind: IntegerType,
) -> tuple[Value, IntegerType]:
    """A binary operator of C on integers, and the type of the result."""
    if operator in (ValueOperator.SHIFT_LEFT, ValueOperator.SHIFT_RIGHT):
        return _shift(operator, left, left_kind, right, right_kind)
    kind = common_type(left_kind, right_kind)
    if isinstance(left, UnknownValue) or isinstance(right, UnknownValue):
        return UnknownValue(), INT if operator in _COMPARISONS else kind
    left, right = convert(left, left_kind, kind), convert(right, right_kind, kind)
    if operator in _COMPARISONS:
        return fold(operator, left, right), INT
    first, second = range_of(left, kind), range_of(right, kind)
    if operator in (ValueOperator.DIVIDE, ValueOperator.REMAINDER) and (
        first[0] < 0 or second[0] <= 0
    ):
        raise NotUnderstood("a division whose operands may be negative or zero")
    bounds = operate_ranges(operator, first, second)
    return wrap(fold(operator, left, right), bounds, kind), kind


def _shift(
    operator: ValueOperator,
    left: Value,
    left_kind: IntegerType,
    right: Value,
    right_kind: IntegerType,
) -> tuple[Value, IntegerType]:
    kind = promote(left_kind)
    if isinstance(left, UnknownValue) or isinstance(right, UnknownValue):
        return UnknownValue(), kind
    left = convert(left, left_kind, kind)
    count = range_of(right, right_kind)
    if count[0] < 0 or count[1] >= kind.bits:
        raise NotUnderstood("a shift by a number of bits that may be too large")
    bounds = operate_ranges(operator, range_of(left, kind), count)
    return wrap(fold(operator, left, right), bounds, kind), kind


def invert(value: Value, kind: IntegerType) -> tuple[Value, IntegerType]:
    target = promote(kind)
    if isinstance(value, UnknownValue):
        return value, target
    value = convert(value, kind, target)
    low, high = range_of(value, target)
    if isinstance(value, NumberValue):
        return wrap(NumberValue(~value.value), (~high, ~low), target), target
    return wrap(UnaryValue(ValueOperator.INVERT, value), (~high, ~low), target), target


def negate(value: Value, kind: IntegerType) -> tuple[Value, IntegerType]:
    target = promote(kind)
    if isinstance(value, UnknownValue):
        return value, target
    value = convert(value, kind, target)
    low, high = range_of(value, target)
    if isinstance(value, NumberValue):
        return wrap(NumberValue(-value.value), (-high, -low), target), target
    return wrap(UnaryValue(ValueOperator.NEGATE, value), (-high, -low), target), target
