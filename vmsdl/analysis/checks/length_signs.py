"""A length that is negative, or that a stream can make negative."""

from collections.abc import Iterator

from vmsdl.analysis.checks.constant_comparison import describe_values
from vmsdl.analysis.expression_uses import find_bad_lengths
from vmsdl.analysis.intervals import Interval
from vmsdl.diagnostics.codes import LENGTH_CAN_BE_NEGATIVE, NEGATIVE_LENGTH
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Schema


def length_signs(schema: Schema) -> Iterator[Diagnostic]:
    for use in find_bad_lengths(schema, _can_be_negative):
        length = use.ranges.find_range(use.expression)
        if length.high is not None and length.high < 0:
            yield use.body.make_diagnostic(
                NEGATIVE_LENGTH,
                use.expression.span,
                "this length is negative in every state",
                describe_values(length) if length.point is None else str(length.point),
            )
        else:
            yield use.body.make_diagnostic(
                LENGTH_CAN_BE_NEGATIVE,
                use.expression.span,
                "a stream can make this length negative: the stream is then refused",
                describe_values(length),
                help="add `where … >= 0` to the field it reads, or use an unsigned type",
            )


def _can_be_negative(length: Interval) -> bool:
    return length.low is None or length.low < 0
