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

MAX_SHIFT = 63


class NotConstant(Exception):
    """The expression reads `culprit`, which is only known at run time."""

    def __init__(self, culprit: Expr) -> None:
        super().__init__()
        self.culprit = culprit


class UndefinedValue(Exception):
    """`culprit` has no value, and why."""

    def __init__(self, culprit: Expr, why: str) -> None:
        super().__init__(why)
        self.culprit = culprit
        self.why = why


def fold_constant(expression: Expr) -> int | bool | None:
    """The value where it is the same in every state and version, else None."""
    value = _fold(expression)
    return None if isinstance(value, NotConstant | UndefinedValue) else value


def evaluate_constant(expression: Expr) -> int | bool:
    """The value of a constant expression. Raises NotConstant or UndefinedValue."""
    value = _fold(expression)
    if isinstance(value, NotConstant | UndefinedValue):
        raise value
    return value


def _fold(expression: Expr) -> int | bool | NotConstant | UndefinedValue:
    """The value, or why there is none.

    The reason is returned and not raised: conditions that are not constant are the usual case,
    and exceptions would make them slow.
    """
    match expression:
        case Literal(value=value):
            return value
        case Let(value=inner):
            return _fold(inner)
        case Binary():
            return _fold_binary(expression)
        case Unary(operator=operator, operand=operand):
            folded = _fold(operand)
            if isinstance(folded, NotConstant | UndefinedValue):
                return folded
            match operator:
                case Operator.NEGATE:
                    return -folded
                case Operator.INVERT:
                    # ~True is -2 in Python; the checker lets no bool through to here.
                    return ~int(folded)
                case _:
                    return not folded
        case Call(function=function, arguments=arguments):
            if function is Function.LEN:
                return NotConstant(expression)
            values = []
            for argument in arguments:
                folded = _fold(argument)
                if isinstance(folded, NotConstant | UndefinedValue):
                    return folded
                values.append(folded)
            return min(values) if function is Function.MIN else max(values)
        case Conditional(condition=condition, yes=yes, no=no):
            folded = _fold(condition)
            if isinstance(folded, NotConstant | UndefinedValue):
                return folded
            return _fold(yes if folded else no)
        case Member() | Select() | Item() | Version() | ElementIndex() | Variable() | Quantifier():
            return NotConstant(expression)
        case ExternPresence() | ReceiverValue():
            return NotConstant(expression)
        case _:
            assert_never(expression)


def _fold_binary(expression: Binary) -> int | bool | NotConstant | UndefinedValue:
    left = _fold(expression.left)
    if isinstance(left, NotConstant | UndefinedValue):
        return left
    operator = expression.operator
    # The right side is not evaluated where the left one decides, as at run time.
    if (operator is Operator.AND and not left) or (operator is Operator.OR and left):
        return left
    right = _fold(expression.right)
    if isinstance(right, NotConstant | UndefinedValue):
        return right
    match operator:
        case Operator.AND | Operator.OR:
            return right
        case Operator.MULTIPLY:
            return left * right
        case Operator.DIVIDE | Operator.MODULO:
            if right == 0:
                return UndefinedValue(expression, "division by zero")
            return left // right if operator is Operator.DIVIDE else left % right
        case Operator.ADD:
            return left + right
        case Operator.SUBTRACT:
            return left - right
        case Operator.SHIFT_LEFT | Operator.SHIFT_RIGHT:
            if not 0 <= right <= MAX_SHIFT:
                why = f"shift amount {right} is out of range: must be 0 to {MAX_SHIFT}"
                return UndefinedValue(expression, why)
            return left << right if operator is Operator.SHIFT_LEFT else left >> right
        case Operator.AND_BITS:
            return left & right
        case Operator.XOR_BITS:
            return left ^ right
        case Operator.OR_BITS:
            return left | right
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
