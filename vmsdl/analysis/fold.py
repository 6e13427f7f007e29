"""From a resolved expression to the constant it stands for, exactly."""

from typing import assert_never

from vmsdl.expr import nodes as e
from vmsdl.expr.nodes import Operator

MAX_SHIFT = 63


class NotConstant(Exception):
    """The expression reads `culprit`, which is only known at run time."""

    def __init__(self, culprit: e.Expr) -> None:
        super().__init__()
        self.culprit = culprit


class UndefinedValue(Exception):
    """`culprit` has no value, and why."""

    def __init__(self, culprit: e.Expr, why: str) -> None:
        super().__init__(why)
        self.culprit = culprit
        self.why = why


def fold(expression: e.Expr) -> int | bool:
    """The value of a constant expression; raises NotConstant or Undefined."""
    match expression:
        case e.Literal(value=value):
            return value
        case e.Let(value=inner):
            return fold(inner)
        case e.Unary(operator=operator, operand=operand):
            value = fold(operand)
            match operator:
                case Operator.NEGATE:
                    return -value
                case Operator.INVERT:
                    # ~True is -2 in Python; the checker lets no bool through to here.
                    return ~int(value)
                case _:
                    return not value
        case e.Binary():
            return _binary(expression)
        case e.Call(function=e.Function.MIN, arguments=arguments):
            return min(fold(argument) for argument in arguments)
        case e.Call(function=e.Function.MAX, arguments=arguments):
            return max(fold(argument) for argument in arguments)
        case e.Conditional(condition=condition, yes=yes, no=no):
            return fold(yes) if fold(condition) else fold(no)
        case (
            e.Member()
            | e.Select()
            | e.Item()
            | e.Version()
            | e.ElementIndex()
            | e.Variable()
            | e.ExternPresence()
            | e.ReceiverValue()
            | e.Quantifier()
            | e.Call()
        ):
            raise NotConstant(expression)
        case _:
            assert_never(expression)


def _binary(expression: e.Binary) -> int | bool:
    left = fold(expression.left)
    if expression.operator is Operator.AND:
        return left and fold(expression.right)
    if expression.operator is Operator.OR:
        return left or fold(expression.right)
    right = fold(expression.right)
    match expression.operator:
        case Operator.MULTIPLY:
            return left * right
        case Operator.DIVIDE | Operator.MODULO:
            if right == 0:
                raise UndefinedValue(expression, "divides by zero")
            return left // right if expression.operator is Operator.DIVIDE else left % right
        case Operator.ADD:
            return left + right
        case Operator.SUBTRACT:
            return left - right
        case Operator.SHIFT_LEFT | Operator.SHIFT_RIGHT:
            if not 0 <= right <= MAX_SHIFT:
                raise UndefinedValue(
                    expression, f"shifts by {right}, and only 0 to {MAX_SHIFT} will do"
                )
            is_left = expression.operator is Operator.SHIFT_LEFT
            return left << right if is_left else left >> right
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
