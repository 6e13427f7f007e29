"""Typed expressions of operators, and which types each operator accepts."""

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.value_types import describe_value_type, describe_with_article, is_integer
from vmsdl.diagnostics.codes import (
    BOOL_ARITHMETIC,
    MIXED_BRANCHES,
    MIXED_COMPARISON,
    NOT_COMPARABLE,
    OPERAND_NOT_BOOL,
    OPERAND_NOT_INTEGER,
)
from vmsdl.diagnostics.diagnostic import Code, Fix
from vmsdl.expr import nodes as e
from vmsdl.expr.nodes import Operator
from vmsdl.source import Span

# Expressions that need no parentheses after `not`.
_WITHOUT_PARENTHESES = e.Literal | e.Member | e.Select | e.Item | e.Let | e.Variable | e.Quantifier

OPERATORS = {operator.value: operator for operator in Operator if operator is not Operator.NEGATE}
LOGIC = frozenset({Operator.AND, Operator.OR})
EQUALITY = frozenset({Operator.EQUAL, Operator.NOT_EQUAL})
ORDER = frozenset({Operator.LESS, Operator.LESS_EQUAL, Operator.GREATER, Operator.GREATER_EQUAL})
BITS = frozenset({Operator.AND_BITS, Operator.XOR_BITS, Operator.OR_BITS})


def build_unary(
    operator: Operator, operand: e.Expr, span: Span, reporter: Reporter
) -> e.Expr | None:
    if operator is Operator.NOT:
        if not check_bool(operand, reporter, OPERAND_NOT_BOOL, "operand for `not`"):
            return None
        return e.Unary(type=e.BOOL, span=span, operator=operator, operand=operand)
    if not check_integer(operand, operator, reporter):
        return None
    return e.Unary(type=e.INTEGER, span=span, operator=operator, operand=operand)


def build_binary(
    operator: Operator, left: e.Expr, right: e.Expr, span: Span, reporter: Reporter
) -> e.Expr | None:
    result: e.ValueType
    if operator in LOGIC:
        what = f"operand for `{operator.value}`"
        fits = [check_bool(x, reporter, OPERAND_NOT_BOOL, what) for x in (left, right)]
        result = e.BOOL
    elif operator in EQUALITY or operator in ORDER:
        fits = [_check_comparable(operator, left, right, span, reporter)]
        result = e.BOOL
    else:
        fits = [check_integer(operand, operator, reporter) for operand in (left, right)]
        result = _find_common_range(left, right) if operator in BITS else e.INTEGER
    if not all(fits):
        return None
    return e.Binary(type=result, span=span, operator=operator, left=left, right=right)


def find_bitmap_compared_with_zero(
    operator: Operator, left: e.Expr, right: e.Expr
) -> e.Expr | None:
    """The bitmap of `map != 0` and `map == 0`: all its bits together are compared with none."""
    if operator not in EQUALITY:
        return None
    for bitmap, other in ((left, right), (right, left)):
        is_zero = isinstance(other, e.Literal) and other.value == 0 and is_integer(other.type)
        if isinstance(bitmap.type, e.BitmapValue) and is_zero:
            return bitmap
    return None


def build_conditional(
    condition: e.Expr, yes: e.Expr, no: e.Expr, span: Span, reporter: Reporter
) -> e.Expr | None:
    what = "between `if` and `then`"
    if not check_bool(condition, reporter, OPERAND_NOT_BOOL, what):
        return None
    result: e.ValueType
    if is_integer(yes.type) and is_integer(no.type):
        result = yes.type if yes.type == no.type else e.INTEGER
    elif yes.type == no.type and isinstance(yes.type, e.BoolValue | e.FloatValue):
        result = yes.type
    else:
        same = describe_with_article(yes.type) == describe_with_article(no.type)
        reporter.report(
            MIXED_BRANCHES,
            no.span,
            (
                "expected an integer or a bool in `if … then … else`, found"
                f" {describe_with_article(no.type)}"
                if same
                else (
                    f"different types in `then` and `else`: {describe_with_article(yes.type)} and"
                    f" {describe_with_article(no.type)}"
                )
            ),
            describe_value_type(no.type),
            help="use integers in both, or bools in both",
        )
        return None
    return e.Conditional(type=result, span=span, condition=condition, yes=yes, no=no)


def check_bool(operand: e.Expr, reporter: Reporter, code: Code, role: str) -> bool:
    """Report anything but a bool. The help is the comparison that is likely missing."""
    if isinstance(operand.type, e.BoolValue):
        return True
    reporter.report(
        code,
        operand.span,
        f"expected a bool {role}, found {describe_with_article(operand.type)}",
        describe_value_type(operand.type),
        help=_suggest_comparison(operand),
        fix=_compare_with_zero(operand),
    )
    return False


def check_integer(operand: e.Expr, operator: Operator, reporter: Reporter) -> bool:
    if is_integer(operand.type):
        return True
    sign = operator.value.removesuffix("x")
    is_bool = isinstance(operand.type, e.BoolValue)
    reporter.report(
        BOOL_ARITHMETIC if is_bool else OPERAND_NOT_INTEGER,
        operand.span,
        f"expected an integer operand for `{sign}`, found {describe_with_article(operand.type)}",
        describe_value_type(operand.type),
        help=_suggest_instead_of_arithmetic(operand, operator),
    )
    return False


def _check_comparable(
    operator: Operator, left: e.Expr, right: e.Expr, span: Span, reporter: Reporter
) -> bool:
    for operand in (left, right):
        if not isinstance(operand.type, e.IntValue | e.EnumValue | e.BoolValue | e.FloatValue):
            reporter.report(
                NOT_COMPARABLE,
                operand.span,
                f"cannot compare {describe_with_article(operand.type)}",
                describe_value_type(operand.type),
                help=_suggest_comparable_part(operand),
            )
            return False
    kinds = (left.type, right.type)
    match kinds:
        case (e.BoolValue(), e.BoolValue()) if operator in ORDER:
            reporter.report(
                NOT_COMPARABLE,
                span,
                f"cannot compare bools with `{operator.value}`",
                help="use `==`, `!=`, `and`, `or` or `not`",
            )
            return False
        case (e.BoolValue(), e.BoolValue()) | (e.FloatValue(), e.FloatValue()):
            return True
        case (e.FloatValue(), e.IntValue()) | (e.IntValue(), e.FloatValue()):
            return True
        case (e.EnumValue(name=one), e.EnumValue(name=other)):
            fits = one == other
        case _:
            fits = all(is_integer(kind) for kind in kinds)
    if not fits:
        reporter.report(
            MIXED_COMPARISON,
            span,
            f"cannot compare {describe_with_article(left.type)} with"
            f" {describe_with_article(right.type)}",
            f"{describe_value_type(left.type)} and {describe_value_type(right.type)}",
            help=_suggest_same_type(operator, left, right),
        )
    return fits


def _find_common_range(left: e.Expr, right: e.Expr) -> e.ValueType:
    """The range of a bit operation: of both operands, or of the one that contains a literal."""
    one, other = left.type, right.type
    if not (isinstance(one, e.IntValue) and isinstance(other, e.IntValue)):
        return e.INTEGER
    if one == other:
        return one
    for literal, range_ in ((right, one), (left, other)):
        if isinstance(literal, e.Literal) and _is_in_range(range_, literal.value):
            return range_
    return e.INTEGER


def _suggest_comparable_part(operand: e.Expr) -> str:
    if isinstance(operand.type, e.StructValue):
        return "compare its members"
    if isinstance(operand.type, e.BitmapValue):
        return "compare its items, or compare it with 0: `!= 0` where any bit is set"
    is_map = isinstance(operand.type, e.MapValue)
    return "compare its `len(…)`" if is_map else "compare its items or its `len(…)`"


def _is_in_range(range_: e.IntValue, value: int) -> bool:
    return range_.low is not None and range_.high is not None and range_.low <= value <= range_.high


def _suggest_comparison(operand: e.Expr) -> str | None:
    match operand.type:
        case e.IntValue():
            return f"write `{_quote_source(operand)} != 0`"
        case e.EnumValue(name=name):
            return f"compare it with a value of `{name}`"
        case e.BitmapValue():
            return f"write `{_quote_source(operand)} != 0`"
        case e.BytesValue() | e.SequenceValue() | e.MapValue():
            return (
                f"write `len({_quote_source(operand)}) != 0`, or use `any` or `all` for its items"
            )
        case _:
            return None


def _compare_with_zero(operand: e.Expr) -> Fix | None:
    if not isinstance(operand.type, e.IntValue) or not operand.span.text:
        return None
    return Fix.replacing(operand.span, f"{_write_operand(operand)} != 0")


def _quote_source(operand: e.Expr) -> str:
    """The source of an operand, so that `!= 0` can follow it."""
    text = " ".join(_write_operand(operand).split()) or "x"
    return "(…)" if len(text) > 60 else text


def _write_operand(operand: e.Expr) -> str:
    text = operand.span.text
    return f"({text})" if isinstance(operand, e.Conditional) else text


def _suggest_instead_of_arithmetic(operand: e.Expr, operator: Operator) -> str | None:
    match operand.type, operator:
        case e.BoolValue(), Operator.AND_BITS:
            return "join bools with `and`"
        case e.BoolValue(), Operator.OR_BITS:
            return "join bools with `or`"
        case e.BoolValue(), Operator.XOR_BITS:
            return "compare bools with `!=`"
        case e.BoolValue(), Operator.INVERT:
            return "write `not`"
        case e.BoolValue(), _:
            return f"write `if {_quote_source(operand)} then 1 else 0`"
        case e.FloatValue(), _:
            return (
                f"only compare {describe_with_article(operand.type)} or pass it on: arithmetic"
                " requires integers"
            )
        case _:
            return None


def _suggest_same_type(operator: Operator, left: e.Expr, right: e.Expr) -> str | None:
    for flag, number in ((left, right), (right, left)):
        if (
            isinstance(flag.type, e.BoolValue)
            and isinstance(number, e.Literal)
            and operator in EQUALITY
            and number.value in (0, 1)
        ):
            is_positive = (operator is Operator.EQUAL) == (number.value == 1)
            text = (
                _quote_source(flag)
                if isinstance(flag, _WITHOUT_PARENTHESES)
                else f"({_quote_source(flag)})"
            )
            return f"write `{text}`" if is_positive else f"write `not {text}`"
    if isinstance(left.type, e.EnumValue) and isinstance(right.type, e.EnumValue):
        return "compare values of the same enum"
    return None
