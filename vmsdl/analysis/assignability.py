"""From a constant and the type of what it is for to the value that is kept there."""

from functools import reduce
from operator import or_

from vmsdl.analysis.constants import Constants, check_constant, format_constant
from vmsdl.analysis.expressions import Binder
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.scope import Scope
from vmsdl.analysis.symbols import Symbols
from vmsdl.analysis.value_types import describe_value_type, describe_with_article, is_integer
from vmsdl.diagnostics.codes import TYPE_MISMATCH
from vmsdl.diagnostics.diagnostic import Code
from vmsdl.expr import nodes as e
from vmsdl.records import dataclass
from vmsdl.syntax import tree


@dataclass(frozen=True, slots=True)
class KnownValue:
    """What is known once the constants are: the ground that bodies and machines are built on."""

    symbols: Symbols
    constants: Constants
    binder: Binder


@dataclass(frozen=True, slots=True)
class TargetType:
    """What a value is for: its type, its name in messages, the code for one it cannot hold."""

    type: e.ValueType
    title: str
    out_of_range: Code


def convert_constant(
    target: TargetType, written: tree.Expression, place: Scope, known: KnownValue, faults: Reporter
) -> e.Literal | None:
    """A constant that the target holds."""
    bound = known.binder.bind(written, place, faults)
    if bound is None or not is_assignable(bound, target, faults):
        return None
    value = check_constant(bound, faults, f"{target.title} must be constant")
    if value is None or not is_held(value, bound, target, known, faults):
        return None
    name = bound.name if isinstance(bound, e.Literal) else None
    type_: e.ValueType = e.BOOL if isinstance(value, bool) else e.IntValue(value, value)
    if isinstance(target.type, e.EnumValue):
        type_ = target.type
    return e.Literal(type=type_, span=bound.span, value=value, name=name)


def is_assignable(bound: e.Expr, target: TargetType, faults: Reporter) -> bool:
    """Is the value of a kind that the target takes?"""
    given = bound.type
    match target.type:
        case e.IntValue():
            good = is_integer(given)
        case e.EnumValue():
            good = given == target.type or isinstance(given, e.IntValue)
        case e.FloatValue():
            good = isinstance(given, e.FloatValue | e.IntValue)
        case _:
            good = given == target.type
    if not good:
        is_number_for_bool = isinstance(target.type, e.BoolValue) and isinstance(bound, e.Literal)
        faults.add(
            TYPE_MISMATCH,
            bound.span,
            f"{target.title} must be {describe_with_article(target.type)}, and this is"
            f" {describe_with_article(given)}",
            describe_value_type(given),
            help="write `true` or `false`" if is_number_for_bool else None,
        )
    return good


def is_held(
    value: int | bool, bound: e.Expr, target: TargetType, known: KnownValue, faults: Reporter
) -> bool:
    """Does the target hold this number?"""
    match target.type:
        case e.IntValue(low=low, high=high) if low is not None and high is not None:
            good, holds = (
                low <= value <= high,
                f"{describe_value_type(target.type)} holds {low} to {high}",
            )
        case e.EnumValue(name=name):
            good, holds = _is_arm(value, name, known), f"`{name}` has no such value"
        case _:
            return True
    if not good:
        faults.add(
            target.out_of_range, bound.span, f"this is {format_constant(value)}, and {holds}"
        )
    return good


def _is_arm(value: int, name: str, known: KnownValue) -> bool:
    enum = known.symbols.enum(name)
    values = known.constants.values(enum) if enum else None
    if enum is None or values is None:
        return True  # a value of it is at fault, and that has been reported
    if enum.keyword == "enum":
        return value in values
    return value & ~reduce(or_, values, 0) == 0
