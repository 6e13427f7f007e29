"""Comparisons that are always or never true for the possible values of their operands."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import Use, UseRole, find_uses
from vmsdl.analysis.intervals import COMPARISONS, Interval
from vmsdl.diagnostics.codes import COMPARISON_ALWAYS_TRUE, COMPARISON_NEVER_TRUE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.expr.logic import collect_parts
from vmsdl.expr.nodes import Binary, Expr, Let
from vmsdl.schema.description import Schema


def constant_comparison(schema: Schema) -> Iterator[Diagnostic]:
    for use in find_uses(schema):
        if use.role is UseRole.NEEDED and use.ranges.decide(use.expression) is not None:
            continue  # reported for the whole predicate
        for part in find_own_parts(use):
            if isinstance(part, Binary) and part.operator in COMPARISONS:
                yield from _check_comparison(use, part)


def find_own_parts(use: Use) -> Iterator[Expr]:
    """The parts of an expression without those in lets, which are checked at the let."""
    lets = [part for part in use.parts if isinstance(part, Let)]
    hidden = {id(inner) for let in lets for inner in collect_parts(let.value)}
    return (part for part in use.parts if id(part) not in hidden)


def _check_comparison(use: Use, comparison: Binary) -> Iterator[Diagnostic]:
    truth = use.ranges.decide(comparison)
    if truth is None:
        return
    yield use.body.make_diagnostic(
        COMPARISON_ALWAYS_TRUE if truth else COMPARISON_NEVER_TRUE,
        comparison.span,
        f"this comparison is {'always' if truth else 'never'} true",
        ", and ".join(
            f"{quote_side(side)} is {describe_values(use.ranges.find_range(side))}"
            for side in (comparison.left, comparison.right)
            if use.ranges.find_range(side).point is None
        ),
        help="remove it, or compare with a value that is possible",
    )


def quote_side(side: Expr) -> str:
    """The source of one side, where it is short."""
    text = " ".join(side.span.text.split())
    return f"`{text}`" if 0 < len(text) <= 30 else "one side"


def describe_values(range_: Interval) -> str:
    match range_.low, range_.high:
        case None, None:
            return "any integer"
        case None, high:
            return f"at most {high}"
        case low, None:
            return f"at least {low}"
        case low, high:
            return f"{low} to {high}"
