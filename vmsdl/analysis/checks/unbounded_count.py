"""A length that the stream decides and that has no bound."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import Use, find_bad_lengths
from vmsdl.analysis.intervals import Interval
from vmsdl.analysis.references import Resolver
from vmsdl.diagnostics.codes import UNBOUNDED_COUNT
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Field, Schema

# 8 and 16 bits cannot exceed this. No state of a device is larger.
_MOST = 1 << 24


def unbounded_count(schema: Schema) -> Iterator[Diagnostic]:
    resolver = Resolver(schema)
    for use in find_bad_lengths(schema, _is_unbounded):
        if _is_sent(use, resolver):
            high = use.ranges.find_range(use.expression).high
            most = "" if high is None else f" up to {high}"
            yield use.body.make_diagnostic(
                UNBOUNDED_COUNT,
                use.expression.span,
                f"no check limits this length: a stream can set it to any value{most}",
                help="add `where … <= LIMIT` to the field it reads",
            )


def _is_unbounded(length: Interval) -> bool:
    return length.high is None or length.high > _MOST


def _is_sent(use: Use, resolver: Resolver) -> bool:
    """Whether the length reads a field that the stream carries."""
    read = (resolver.find_declaration(use.body, part) for part in use.parts)
    return any(isinstance(each, Field) and not each.equal and not each.bounded for each in read)
