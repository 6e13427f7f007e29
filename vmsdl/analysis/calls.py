"""Typed expressions of function calls, indexes and quantifiers."""

from collections.abc import Sequence

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.value_types import BYTE, describe_value_type, describe_with_article, is_integer
from vmsdl.diagnostics.codes import (
    INDEX_NOT_INTEGER,
    NEGATIVE_INDEX,
    NOT_INDEXABLE,
    UNKNOWN_FUNCTION,
    WRONG_ARGUMENT,
    WRONG_ARGUMENT_COUNT,
)
from vmsdl.expr import nodes as e
from vmsdl.expr.fold import fold_constant
from vmsdl.source import Span
from vmsdl.syntax import tree

FUNCTIONS = {function.value: function for function in e.Function}
QUANTITIES = {quantity.value: quantity for quantity in e.Quantity}


def build_call(
    written: tree.CallExpr, arguments: Sequence[e.Expr | None], reporter: Reporter
) -> e.Expr | None:
    """`len`, `min` or `max`. The number of arguments is checked even where one has an error."""
    name = written.function
    function = FUNCTIONS.get(name.text)
    if function is None:
        _report_unknown_function(name, reporter)
        return None
    is_len = function is e.Function.LEN
    if (len(arguments) != 1) if is_len else (len(arguments) < 2):
        expected = "one argument" if is_len else "two or more arguments"
        count = len(arguments)
        reporter.report(
            WRONG_ARGUMENT_COUNT,
            written.span,
            f"expected {expected} for `{name.text}`, found {count}",
        )
        return None
    bound = [argument for argument in arguments if argument is not None]
    fits = [
        _check_has_length(a, reporter) if is_len else _check_is_integer(a, name, reporter)
        for a in bound
    ]
    if len(bound) < len(arguments) or not all(fits):
        return None
    kinds = {argument.type for argument in bound}
    type_ = kinds.pop() if len(kinds) == 1 and not is_len else e.INTEGER
    return e.Call(type=type_, span=written.span, function=function, arguments=tuple(bound))


def build_item(value: e.Expr, index: e.Expr, span: Span, reporter: Reporter) -> e.Expr | None:
    """`value[index]`."""
    element = _find_element_type(value.type)
    if element is None:
        reporter.report(
            NOT_INDEXABLE,
            value.span,
            f"expected a sequence before `[…]`, found {describe_with_article(value.type)}",
            describe_value_type(value.type),
        )
        return None
    if not is_integer(index.type):
        reporter.report(
            INDEX_NOT_INTEGER,
            index.span,
            f"expected an integer as the index, found {describe_with_article(index.type)}",
            describe_value_type(index.type),
        )
        return None
    if _is_negative(index):
        reporter.report(
            NEGATIVE_INDEX,
            index.span,
            "index is negative: the first item has index 0",
            help="write `[len(…) - 1]` for the last item",
        )
        return None
    return e.Item(type=element, span=span, value=value, index=index)


def find_quantity(
    name: tree.Name, over: e.Expr | None, reporter: Reporter
) -> tuple[e.Quantity, e.ValueType] | None:
    """`any` or `all`, and the type of the items."""
    found = QUANTITIES.get(name.text)
    if found is None:
        _report_unknown_function(name, reporter)
        return None
    if over is None:
        return None
    element = _find_element_type(over.type)
    if element is None:
        reporter.report(
            NOT_INDEXABLE,
            over.span,
            f"expected a sequence for `{found.value}`, found {describe_with_article(over.type)}",
            describe_value_type(over.type),
        )
        return None
    return found, element


def _find_element_type(value: e.ValueType) -> e.ValueType | None:
    match value:
        case e.BytesValue():
            return BYTE
        case e.BitmapValue():
            return e.BOOL
        case e.SequenceValue(element=element):
            return element
        case _:
            return None


def _is_negative(index: e.Expr) -> bool:
    value = fold_constant(index)
    return value is not None and value < 0


def _check_has_length(argument: e.Expr, reporter: Reporter) -> bool:
    if isinstance(argument.type, e.BytesValue | e.BitmapValue | e.SequenceValue | e.MapValue):
        return True
    reporter.report(
        WRONG_ARGUMENT,
        argument.span,
        f"{describe_with_article(argument.type)} has no length",
        describe_value_type(argument.type),
    )
    return False


def _check_is_integer(argument: e.Expr, name: tree.Name, reporter: Reporter) -> bool:
    if is_integer(argument.type):
        return True
    reporter.report(
        WRONG_ARGUMENT,
        argument.span,
        f"expected an integer argument for `{name.text}`, found"
        f" {describe_with_article(argument.type)}",
        describe_value_type(argument.type),
    )
    return False


def _report_unknown_function(name: tree.Name, reporter: Reporter) -> None:
    known = (*FUNCTIONS, *QUANTITIES)
    reporter.report(
        UNKNOWN_FUNCTION,
        name.span,
        f"unknown function `{name.text}`",
        help=reporter.suggest_nearest(name.text, known)
        or f"use one of {', '.join(f'`{each}`' for each in known)}",
    )
