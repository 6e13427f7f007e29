"""Divisions where the divisor can be zero; shifts where the amount can be outside 0 to 63."""

from collections.abc import Iterator

from vmsdl.analysis.checks.constant_comparison import describe_values
from vmsdl.analysis.expression_uses import Use, UseRole, find_uses
from vmsdl.analysis.intervals import Interval
from vmsdl.analysis.ranges import Ranges, find_contexts
from vmsdl.diagnostics.codes import DIVISOR_CAN_BE_ZERO, SHIFT_OUT_OF_RANGE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.expr.nodes import Binary, Operator
from vmsdl.schema.description import Schema

_DIVISIONS = (Operator.DIVIDE, Operator.MODULO)
_SHIFTS = (Operator.SHIFT_LEFT, Operator.SHIFT_RIGHT)
_UNSAFE = _DIVISIONS + _SHIFTS
_AMOUNTS = Interval(0, 63)


def unsafe_arithmetic(schema: Schema) -> Iterator[Diagnostic]:
    reported: set[tuple[int, int, int]] = set()
    for use in find_uses(schema):
        if use.role is UseRole.LET:
            continue  # a let is evaluated where it is used, under the conditions there
        if not any(isinstance(part, Binary) and part.operator in _UNSAFE for part in use.parts):
            continue  # this saves the time for the conditions of each part
        for part, here in find_contexts(use.expression, use.ranges):
            if not isinstance(part, Binary) or not here.is_possible:
                continue
            span = part.right.span
            if (id(span.source), span.start, span.end) in reported:
                continue
            for diagnostic in _check_operation(use, part, here):
                reported.add((id(span.source), span.start, span.end))
                yield diagnostic


def _check_operation(use: Use, part: Binary, here: Ranges) -> Iterator[Diagnostic]:
    right = here.find_range(part.right)
    if part.operator in _DIVISIONS and 0 in right:
        is_zero = right.point == 0
        yield use.body.make_diagnostic(
            DIVISOR_CAN_BE_ZERO,
            part.right.span,
            f"divisor {'is' if is_zero else 'can be'} zero",
            "" if is_zero else describe_values(right),
            help=(
                None if is_zero else "check it first: `x != 0 and …`, or add a `where` to the field"
            ),
        )
    elif part.operator in _SHIFTS and right.meet(_AMOUNTS) != right:
        yield use.body.make_diagnostic(
            SHIFT_OUT_OF_RANGE,
            part.right.span,
            f"shift amount {'can be' if right.point is None else 'is'} out of range: must be 0"
            " to 63",
            describe_values(right) if right.point is None else str(right.point),
            help="mask it (`& 63`), or add a `where` to the field",
        )
