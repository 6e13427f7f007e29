"""Truths: how conditions are joined and simplified, so that a value reads as a person writes it."""

from collections.abc import Callable

from vmsdl.csource.values import (
    FALSE,
    TRUE,
    Binary,
    Conditional,
    Global,
    NotNull,
    Number,
    Operator,
    Path,
    PointsTo,
    Quantified,
    Quantifier,
    TimerPending,
    ToInteger,
    Unary,
    UnknownCall,
    UnknownValue,
    Value,
)

_OPPOSITE = {
    Operator.EQUAL: Operator.UNEQUAL,
    Operator.UNEQUAL: Operator.EQUAL,
    Operator.LESS: Operator.GREATER_EQUAL,
    Operator.GREATER_EQUAL: Operator.LESS,
    Operator.GREATER: Operator.LESS_EQUAL,
    Operator.LESS_EQUAL: Operator.GREATER,
}
_COMPARISONS = frozenset(_OPPOSITE)
_LOGIC = (Operator.AND, Operator.OR)


def is_truth(value: Value) -> bool:
    """It is true or false, and no integer. (The numbers 0 and 1 are both.)"""
    match value:
        case Binary(operator=operator):
            return operator in _COMPARISONS or operator in _LOGIC
        case Unary(operator=operator):
            return operator is Operator.NOT
        case Quantified() | NotNull() | PointsTo() | TimerPending():
            return True
        case Path(type=kind) | Global(type=kind) | UnknownCall(type=kind):
            return (
                kind is not None
                and kind.words in (("bool",), ("_Bool",))
                and not (kind.pointers or kind.lengths)
            )
        case Conditional(then=then, otherwise=otherwise):
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
        case Number(value=number):
            return TRUE if number else FALSE
        case ToInteger(truth=truth):
            return truth
        case UnknownValue():
            return value
        case Conditional(condition=condition, then=then, otherwise=otherwise):
            return choose(condition, to_truth(then), to_truth(otherwise))
        case _:
            return Binary(Operator.UNEQUAL, value, FALSE)


def to_integer(value: Value) -> Value:
    if is_truth(value):
        return ToInteger(value)
    return value


def negate_truth(truth: Value) -> Value:
    match truth:
        case Number(value=number):
            return FALSE if number else TRUE
        case Unary(operator=Operator.NOT, operand=operand):
            return operand
        case Binary(operator=operator, left=left, right=right) if operator in _OPPOSITE:
            return Binary(_OPPOSITE[operator], left, right)
        case _:
            return Unary(Operator.NOT, truth)


def join(left: Value, operator: Operator, right: Value) -> Value:
    """`&&` or `||` of two truths."""
    neutral, decisive = (TRUE, FALSE) if operator is Operator.AND else (FALSE, TRUE)
    if decisive in (left, right):
        return decisive
    if left in (neutral, right):
        return right
    if right == neutral:
        return left
    if negate_truth(left) == right:
        return decisive
    return Binary(operator, left, right)


def choose(condition: Value, then: Value, otherwise: Value) -> Value:
    """`condition ? then : otherwise` of truths, by `&&` and `||` where that says it."""
    match condition:
        case Number(value=number):
            return then if number else otherwise
    if then == otherwise:
        return then
    if then == TRUE:
        return join(condition, Operator.OR, otherwise)
    if then == FALSE:
        return join(negate_truth(condition), Operator.AND, otherwise)
    if otherwise == FALSE:
        return join(condition, Operator.AND, then)
    if otherwise == TRUE:
        return join(negate_truth(condition), Operator.OR, then)
    return Conditional(condition, then, otherwise)


def conditional(condition: Value, then: Value, otherwise: Value) -> Value:
    """`condition ? then : otherwise` of any values."""
    match condition:
        case Number(value=number):
            return then if number else otherwise
        case Unary(operator=Operator.NOT, operand=operand):
            condition, then, otherwise = operand, otherwise, then
    if then == otherwise:
        return then
    if _may_be_truth(then) and _may_be_truth(otherwise):
        if then == TRUE and otherwise == FALSE:
            return condition
        if is_truth(then) or is_truth(otherwise):
            return choose(condition, then, otherwise)
    return Conditional(condition, then, otherwise)


def quantify(
    quantifier: Quantifier, array: Path, variable: str, count: Value, body: Value
) -> Value:
    if count == FALSE or body in (TRUE, FALSE):
        empty = FALSE if quantifier is Quantifier.ANY else TRUE
        if count == FALSE or body == empty:
            return empty
        return (
            fold(Operator.GREATER, count, FALSE)
            if body == TRUE
            else (fold(Operator.LESS_EQUAL, count, FALSE))
        )
    return Quantified(quantifier, array, variable, count, body)


def bits(number: int) -> int:
    """How many bits the number has, its sign aside."""
    return (number if number >= 0 else ~number).bit_length()


_FOLDS: dict[Operator, Callable[[int, int], int]] = {
    Operator.MULTIPLY: lambda a, b: a * b,
    Operator.DIVIDE: lambda a, b: a // b,
    Operator.REMAINDER: lambda a, b: a % b,
    Operator.ADD: lambda a, b: a + b,
    Operator.SUBTRACT: lambda a, b: a - b,
    Operator.SHIFT_LEFT: lambda a, b: a << b,
    Operator.SHIFT_RIGHT: lambda a, b: a >> b,
    Operator.BIT_AND: lambda a, b: a & b,
    Operator.BIT_XOR: lambda a, b: a ^ b,
    Operator.BIT_OR: lambda a, b: a | b,
    Operator.EQUAL: lambda a, b: int(a == b),
    Operator.UNEQUAL: lambda a, b: int(a != b),
    Operator.LESS: lambda a, b: int(a < b),
    Operator.LESS_EQUAL: lambda a, b: int(a <= b),
    Operator.GREATER: lambda a, b: int(a > b),
    Operator.GREATER_EQUAL: lambda a, b: int(a >= b),
}

_NEUTRAL_RIGHT = {
    Operator.ADD,
    Operator.SUBTRACT,
    Operator.SHIFT_LEFT,
    Operator.SHIFT_RIGHT,
    Operator.BIT_OR,
    Operator.BIT_XOR,
}


def fold(operator: Operator, left: Value, right: Value) -> Value:
    """An operator on values that are both truths (of `==` and `!=` alone) or both integers."""
    if isinstance(left, Number) and isinstance(right, Number):
        return Number(_FOLDS[operator](left.value, right.value))
    if operator in (Operator.EQUAL, Operator.UNEQUAL):
        if isinstance(left, Number):
            left, right = right, left
        if isinstance(left, ToInteger):
            left = left.truth
        if isinstance(right, ToInteger):
            right = right.truth
        if is_truth(left) and isinstance(right, Number):
            if right.value not in (0, 1):
                return FALSE if operator is Operator.EQUAL else TRUE
            is_same = (operator is Operator.EQUAL) == (right.value == 1)
            return left if is_same else negate_truth(left)
        if is_truth(left) != is_truth(right):
            left, right = to_integer(left), to_integer(right)
        if left == right:
            return TRUE if operator is Operator.EQUAL else FALSE
        return Binary(operator, left, right)
    left, right = to_integer(left), to_integer(right)
    if right == FALSE and operator in _NEUTRAL_RIGHT:
        return left
    if left == FALSE and operator in (Operator.ADD, Operator.BIT_OR, Operator.BIT_XOR):
        return right
    if FALSE in (left, right) and operator in (Operator.BIT_AND, Operator.MULTIPLY):
        return FALSE
    return Binary(operator, left, right)
