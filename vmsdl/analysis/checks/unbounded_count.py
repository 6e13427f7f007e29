"""A number of elements that a stream decides and that nothing bounds."""

from collections.abc import Iterator

from vmsdl.analysis.checks.length_signs import is_sent
from vmsdl.analysis.references import Resolver, parts
from vmsdl.analysis.uses import Role, Use, uses
from vmsdl.diagnostics.catalogue.lengths import UNBOUNDED_COUNT
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Schema
from vmsdl.schema.scalars import SCALARS

# What 8 and 16 bits can count is bounded by nature; beyond this, a state is a disk and no device.
_MOST = 1 << 24


def unbounded_count(schema: Schema) -> Iterator[Diagnostic]:
    resolver = Resolver(schema)
    for use in uses(schema):
        if use.role is not Role.LENGTH or not use.ranges.is_possible:
            continue
        high = use.ranges.of(use.expression).high
        if high is not None and high <= _MOST:
            continue
        if _is_decided_by_stream(use, resolver):
            most = "" if high is None or high > SCALARS["u64"].high else f", up to {high}"
            yield use.body.fault(
                UNBOUNDED_COUNT,
                use.expression.span,
                f"a stream decides this length without a bound{most}",
                help="give the field it reads a `where … <= LIMIT`",
            )


def _is_decided_by_stream(use: Use, resolver: Resolver) -> bool:
    """Not by the program: does it stay unbounded with what is not sent held still?"""
    return any(is_sent(use.body, part, resolver) for part in parts(use.expression))
