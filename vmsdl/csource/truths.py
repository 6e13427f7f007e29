"""Truths: how conditions are joined and simplified, so that a value reads as a person writes it."""

from collections.abc import Callable

from vmsdl.csource.values import (
    FALSE,
    TRUE,
    BinaryValue,
    ChoiceValue,
    Global,
    NotNull,
    NumberValue,
    Path,
    PointsTo,
    Quantified,
    TimerPending,
    ToInteger,
    UnaryValue,
    UnknownCall,
    UnknownValue,
    Value,
    ValueOperator,
    ValueQuantifier,
)

_OPPOSITE = {
    ValueOperator.EQUAL: ValueOperator.UNEQUAL,
    ValueOperator.UNEQUAL: ValueOperator.EQUAL,
    ValueOperator.LESS: ValueOperator.GREATER_EQUAL,
    ValueOperator.GREATER_EQUAL: ValueOperator.LESS,
    ValueOperator.GREATER: ValueOperator.LESS_EQUAL,
    ValueOperator.LESS_EQUAL: ValueOperator.GREATER,
}
_COMPARISONS = frozenset(_OPPOSITE)
_LOGIC = (ValueOperator.AND, ValueOperator.OR)


def is_truth(value: Value) -> bool:
    """It is true or false, and no integer. (The numbers 0 and 1 are both.)"""
    match value:
        case BinaryValue(operator=operator):
            return operator in _COMPARISONS or operator in _LOGIC
        case UnaryValue(operator=operator):
            return operator is ValueOperator.NOT
        case Quantified() | NotNull() | PointsTo() | TimerPending():
            return True
        case Path(type=kind) | Global(type=kind) | UnknownCall(type=kind):
            return (
                kind is not None
                and kind.words in (("bool",), ("_Bool",))
                and not (kind.pointers or kind.lengths)
            )
        case ChoiceValue(then=then, otherwise=otherwise):
            return (
                _may_be_truth(then)
                and _may_be_truth(otherwise)
                and (is_truth(then) or is_truth(otherwise))
            )
        case _:
            return False


def _may_be_truth(value: Value) -> bool:
    return value in (TRUE, FALSE) or is_truth(value)


def to_truth(value: Value) -> Value:
    """`value != 0` of an integer, or the truth itself."""
    if is_truth(value):
        return value
    match value:
        case NumberValue(value=number):
            return TRUE if number else FALSE
        case ToInteger(truth=truth):
            return truth
        case UnknownValue():
            return value
        case ChoiceValue(condition=condition, then=then, otherwise=otherwise):
            return choose(condition, to_truth(then), to_truth(otherwise))
        case _:
            return BinaryValue(ValueOperator.UNEQUAL, value, FALSE)


def to_integer(value: Value) -> Value:
    if is_truth(value):
        return ToInteger(value)
    return value


def negate_truth(truth: Value) -> Value:
    match truth:
        case NumberValue(value=number):
            return FALSE if number else TRUE
        case UnaryValue(operator=ValueOperator.NOT, operand=operand):
            return operand
        case BinaryValue(operator=operator, left=left, right=right) if operator in _OPPOSITE:
            return BinaryValue(_OPPOSITE[operator], left, right)
        case _:
            return UnaryValue(ValueOperator.NOT, truth)


def join(left: Value, operator: ValueOperator, right: Value) -> Value:
    """`&&` or `||` of two truths."""
    neutral, decisive = (TRUE, FALSE) if operator is ValueOperator.AND else (FALSE, TRUE)
    if decisive in (left, right):
        return decisive
    if left in (neutral, right):
        return right
    if right == neutral:
        return left
    if negate_truth(left) == right:
        return decisive
    return BinaryValue(operator, left, right)


def choose(condition: Value, then: Value, otherwise: Value) -> Value:
    """`condition ? then : otherwise` of truths, by `&&` and `||` where that says it."""
    match condition:
        case NumberValue(value=number):
            return then if number else otherwise
    if then == otherwise:
        return then
    if then == TRUE:
        return join(condition, ValueOperator.OR, otherwise)
    if then == FALSE:
        return join(negate_truth(condition), ValueOperator.AND, otherwise)
    if otherwise == FALSE:
        return join(condition, ValueOperator.AND, then)
    if otherwise == TRUE:
        return join(negate_truth(condition), ValueOperator.OR, then)
    return ChoiceValue(condition, then, otherwise)


def conditional(condition: Value, then: Value, otherwise: Value) -> Value:
    """`condition ? then : otherwise` of any values."""
    match condition:
        case NumberValue(value=number):
            return then if number else otherwise
        case UnaryValue(operator=ValueOperator.NOT, operand=operand):
            condition, then, otherwise = operand, otherwise, then
    if then == otherwise:
        return then
    if _may_be_truth(then) and _may_be_truth(otherwise):
        if then == TRUE and otherwise == FALSE:
            return condition
        if is_truth(then) or is_truth(otherwise):
            return choose(condition, then, otherwise)
    return ChoiceValue(condition, then, otherwise)


def quantify(
    quantifier: ValueQuantifier, array: Path, variable: str, count: Value, body: Value
) -> Value:
    if count == FALSE or body in (TRUE, FALSE):
        empty = FALSE if quantifier is ValueQuantifier.ANY else TRUE
        if count == FALSE or body == empty:
            return empty
        return (
            fold(ValueOperator.GREATER, count, FALSE)
            if body == TRUE
            else (fold(ValueOperator.LESS_EQUAL, count, FALSE))
        )
    return Quantified(quantifier, array, variable, count, body)


def bits(number: int) -> int:
    """How many bits the number has, its sign aside."""
    return (number if number >= 0 else ~number).bit_length()


_FOLDS: dict[ValueOperator, Callable[[int, int], int]] = {
    ValueOperator.MULTIPLY: lambda a, b: a * b,
    ValueOperator.DIVIDE: lambda a, b: a // b,
    ValueOperator.REMAINDER: lambda a, b: a % b,
    ValueOperator.ADD: lambda a, b: a + b,
    ValueOperator.SUBTRACT: lambda a, b: a - b,
    ValueOperator.SHIFT_LEFT: lambda a, b: a << b,
    ValueOperator.SHIFT_RIGHT: lambda a, b: a >> b,
    ValueOperator.BIT_AND: lambda a, b: a & b,
    ValueOperator.BIT_XOR: lambda a, b: a ^ b,
    ValueOperator.BIT_OR: lambda a, b: a | b,
    ValueOperator.EQUAL: lambda a, b: int(a == b),
    ValueOperator.UNEQUAL: lambda a, b: int(a != b),
    ValueOperator.LESS: lambda a, b: int(a < b),
    ValueOperator.LESS_EQUAL: lambda a, b: int(a <= b),
    ValueOperator.GREATER: lambda a, b: int(a > b),
    ValueOperator.GREATER_EQUAL: lambda a, b: int(a >= b),
}

_NEUTRAL_RIGHT = {
    ValueOperator.ADD,
    ValueOperator.SUBTRACT,
    ValueOperator.SHIFT_LEFT,
    ValueOperator.SHIFT_RIGHT,
    ValueOperator.BIT_OR,
    ValueOperator.BIT_XOR,
}


def fold(operator: ValueOperator, left: Value, right: Value) -> Value:
    """An operator on values that are both truths (of `==` and `!=` alone) or both integers."""
    if isinstance(left, NumberValue) and isinstance(right, NumberValue):
        return NumberValue(_FOLDS[operator](left.value, right.value))
    if operator in (ValueOperator.EQUAL, ValueOperator.UNEQUAL):
        if isinstance(left, NumberValue):
            left, right = right, left
        if isinstance(left, ToInteger):
            left = left.truth
        if isinstance(right, ToInteger):
            right = right.truth
        if is_truth(left) and isinstance(right, NumberValue):
            if right.value not in (0, 1):
                return FALSE if operator is ValueOperator.EQUAL else TRUE
            is_same = (operator is ValueOperator.EQUAL) == (right.value == 1)
            return left if is_same else negate_truth(left)
        if is_truth(left) != is_truth(right):
            left, right = to_integer(left), to_integer(right)
        if left == right:
            return TRUE if operator is ValueOperator.EQUAL else FALSE
        return BinaryValue(operator, left, right)
    left, right = to_integer(left), to_integer(right)
    if right == FALSE and operator in _NEUTRAL_RIGHT:
        return left
    if left == FALSE and operator in (
        ValueOperator.ADD,
        ValueOperator.BIT_OR,
        ValueOperator.BIT_XOR,
    ):
        return right
    if FALSE in (left, right) and operator in (ValueOperator.BIT_AND, ValueOperator.MULTIPLY):
        return FALSE
    return BinaryValue(operator, left, right)
