"""Whether a value fits its target: a default, a setting, a `with`."""

from functools import reduce
from operator import or_

from vmsdl.analysis.constants import Constants, fold_or_report, format_constant
from vmsdl.analysis.expressions import Binder
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.scope import Scope
from vmsdl.analysis.symbols import Symbols
from vmsdl.analysis.value_types import describe_value_type, describe_with_article, is_integer
from vmsdl.diagnostics.codes import TYPE_MISMATCH
from vmsdl.diagnostics.diagnostic import Code, Fix
from vmsdl.expr import nodes as e
from vmsdl.records import dataclass
from vmsdl.syntax import tree


@dataclass(frozen=True, slots=True)
class Environment:
    """What bodies and machines are built with, once all constants have values."""

    symbols: Symbols
    constants: Constants
    binder: Binder


@dataclass(frozen=True, slots=True)
class TargetType:
    """A target of values: its type, its name in messages, the code for values out of range."""

    type: e.ValueType
    title: str
    out_of_range: Code


def convert_constant(
    target: TargetType,
    written: tree.Expression,
    scope: Scope,
    environment: Environment,
    reporter: Reporter,
) -> e.Literal | None:
    """The constant, or None where it does not fit; that is reported."""
    bound = environment.binder.bind(written, scope, reporter)
    if bound is None or not check_assignable(bound, target, reporter):
        return None
    value = fold_or_report(bound, reporter, target.title)
    if value is None or not check_in_range(value, bound, target, environment, reporter):
        return None
    name = bound.name if isinstance(bound, e.Literal) else None
    type_: e.ValueType = e.BOOL if isinstance(value, bool) else e.IntValue(value, value)
    if isinstance(target.type, e.EnumValue):
        type_ = target.type
    return e.Literal(type=type_, span=bound.span, value=value, name=name)


def check_assignable(bound: e.Expr, target: TargetType, reporter: Reporter) -> bool:
    """Whether the type of the value fits; reports it if not."""
    actual = bound.type
    match target.type:
        case e.IntValue():
            is_good = is_integer(actual)
        case e.EnumValue():
            is_good = actual == target.type or isinstance(actual, e.IntValue)
        case e.FloatValue():
            is_good = isinstance(actual, e.FloatValue | e.IntValue)
        case _:
            is_good = actual == target.type
    if not is_good:
        reporter.report(
            TYPE_MISMATCH,
            bound.span,
            f"expected {describe_with_article(target.type)} for {target.title}, found"
            f" {describe_with_article(actual)}",
            describe_value_type(actual),
            fix=_write_in_type(bound, target.type),
        )
    return is_good


def _write_in_type(bound: e.Expr, target: e.ValueType) -> Fix | None:
    """0 and 1 as bools, and the reverse."""
    match target, bound:
        case e.BoolValue(), e.Literal(value=0 | 1 as value, type=e.IntValue()):
            return Fix.replacing(bound.span, "true" if value else "false")
        case e.IntValue(), e.Literal(value=value, type=e.BoolValue()):
            return Fix.replacing(bound.span, str(int(value)))
        case _:
            return None


def check_in_range(
    value: int | bool,
    bound: e.Expr,
    target: TargetType,
    environment: Environment,
    reporter: Reporter,
) -> bool:
    """Whether the number is in range; reports it if not."""
    match target.type:
        case e.IntValue(low=low, high=high) if low is not None and high is not None:
            is_good, fault = (
                low <= value <= high,
                f"out of range for {describe_value_type(target.type)}: {low} to {high}",
            )
        case e.EnumValue(name=name):
            is_good, fault = _is_enum_value(value, name, environment), f"not a value of `{name}`"
        case _:
            return True
    if not is_good:
        reporter.report(target.out_of_range, bound.span, f"{format_constant(value)} is {fault}")
    return is_good


def _is_enum_value(value: int, name: str, environment: Environment) -> bool:
    enum = environment.symbols.find_enum(name)
    values = environment.constants.find_enum_values(enum) if enum else None
    if enum is None or values is None:
        return True  # one of its values has an error, which has been reported
    if enum.keyword == "enum":
        return value in values
    return value & ~reduce(or_, values, 0) == 0
