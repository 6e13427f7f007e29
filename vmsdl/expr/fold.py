"""The value of an expression that reads nothing."""

from typing import assert_never

from vmsdl.expr.nodes import (
    Binary,
    Call,
    Conditional,
    ElementIndex,
    Expr,
    ExternPresence,
    Function,
    Item,
    Let,
    Literal,
    Member,
    Operator,
    Quantifier,
    ReceiverValue,
    Select,
    Unary,
    Variable,
    Version,
)

_MAXIMUM_SHIFT = 63


def fold_constant(expression: Expr) -> int | bool | None:
    """Its value where it is the same in every state and version, else None."""
    match expression:
        case Literal(value=value):
            return value
        case Let(value=inner):
            return fold_constant(inner)
        case Unary(operator=operator, operand=operand):
            return _unary(operator, fold_constant(operand))
        case Binary(operator=operator, left=left, right=right):
            return _binary(operator, fold_constant(left), fold_constant(right))
        case Conditional(condition=condition, yes=yes, no=no):
            chosen = fold_constant(condition)
            return None if chosen is None else fold_constant(yes if chosen else no)
        case Call(function=function, arguments=arguments):
            values = [fold_constant(argument) for argument in arguments]
            known = [value for value in values if value is not None]
            if function is Function.LEN or len(known) != len(values):
                return None
            return min(known) if function is Function.MIN else max(known)
        case Member() | Select() | Item() | Version() | ElementIndex() | Variable() | Quantifier():
            return None
        case ExternPresence() | ReceiverValue():
            return None
        case _:
            assert_never(expression)


def _unary(operator: Operator, value: int | bool | None) -> int | bool | None:
    if value is None:
        return None
    match operator:
        case Operator.NEGATE:
            return -value
        case Operator.INVERT:
            return ~int(value)
        case _:
            return not value


def _binary(operator: Operator, left: int | bool | None, right: int | bool | None) -> int | None:
    if left is None or right is None:
        return None
    shifts = operator in (Operator.SHIFT_LEFT, Operator.SHIFT_RIGHT)
    divides = operator in (Operator.DIVIDE, Operator.MODULO)
    if (shifts and not 0 <= right <= _MAXIMUM_SHIFT) or (divides and right == 0):
        return None
    match operator:
        case Operator.MULTIPLY:
            return left * right
        case Operator.DIVIDE:
            return left // right
        case Operator.MODULO:
            return left % right
        case Operator.ADD:
            return left + right
        case Operator.SUBTRACT:
            return left - right
        case Operator.SHIFT_LEFT:
            return left << right
        case Operator.SHIFT_RIGHT:
            return left >> right
        case Operator.AND_BITS:
            return left & right
        case Operator.XOR_BITS:
            return left ^ right
        case Operator.OR_BITS:
            return left | right
        case Operator.AND:
            return left and right
        case Operator.OR:
            return left or right
        case _:
            return _compare(operator, left, right)


def _compare(operator: Operator, left: int, right: int) -> bool:
    match operator:
        case Operator.EQUAL:
            return left == right
        case Operator.NOT_EQUAL:
            return left != right
        case Operator.LESS:
            return left < right
        case Operator.LESS_EQUAL:
            return left <= right
        case Operator.GREATER:
            return left > right
        case _:
            return left >= right
