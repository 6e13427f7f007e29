"""A length that is negative, or that a stream can make negative."""

from collections.abc import Iterator

from vmsdl.analysis.checks.constant_comparison import words
from vmsdl.analysis.intervals import NATURAL
from vmsdl.analysis.references import Resolver, parts
from vmsdl.analysis.uses import Body, Role, Use, uses
from vmsdl.diagnostics.catalogue.lengths import LENGTH_CAN_BE_NEGATIVE, NEGATIVE_LENGTH
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Description, Field, Schema
from vmsdl.schema.expression import Expr


def length_signs(schema: Schema) -> Iterator[Diagnostic]:
    resolver = Resolver(schema)
    for use in uses(schema):
        if use.role is not Role.LENGTH or not use.ranges.is_possible:
            continue
        length = use.ranges.of(use.expression)
        if length.high is not None and length.high < 0:
            yield use.body.fault(
                NEGATIVE_LENGTH,
                use.expression.span,
                "this length is negative in every state",
                words(length) if length.point is None else str(length.point),
            )
        elif _can_be_negative(use, resolver):
            yield use.body.fault(
                LENGTH_CAN_BE_NEGATIVE,
                use.expression.span,
                "a stream can make this length negative, and is refused then",
                words(length),
                help="give the field it reads a `where … >= 0`, or an unsigned type",
            )


def _can_be_negative(use: Use, resolver: Resolver) -> bool:
    """Locals and properties are the program's own, and `equal` fields must be what it has."""
    ranges = use.ranges
    for part in parts(use.expression):
        if is_sent(use.body, part, resolver) is False:
            ranges = ranges.within(part, NATURAL)
    low = ranges.of(use.expression).low
    return low is None or low < 0


def is_sent(body: Body, part: Expr, resolver: Resolver) -> bool | None:
    """Does a stream decide the value of this member? None: it is no member."""
    declared = resolver.declared(body, part)
    if declared is None or isinstance(declared, Description):
        return None
    return isinstance(declared, Field) and not declared.equal and not declared.bounded
