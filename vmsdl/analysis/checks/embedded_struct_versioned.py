"""A `since` in a struct that has no effect, because every embedding is new enough."""

from collections.abc import Iterator

from vmsdl.analysis.checks.dead_since import describe_since, find_since_span
from vmsdl.analysis.expression_uses import find_bodies, find_name_span
from vmsdl.analysis.references import find_embeddings_by_struct
from vmsdl.diagnostics.codes import EMBEDDED_STRUCT_VERSIONED
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.schema.description import Description, Role, Schema, Validate


def embedded_struct_versioned(schema: Schema) -> Iterator[Diagnostic]:
    for body in find_bodies(schema):
        description = body.description
        found = find_embeddings_by_struct(schema).get(description.name)
        if description.role is not Role.STRUCT or not found:
            continue
        own = description.version_id
        oldest = min(own if e.struct.version is None else e.struct.version for e in found)
        for step in description.steps:
            if isinstance(step, Validate) or not _is_gate(step.since, description):
                continue
            if step.since <= oldest:
                yield body.make_diagnostic(
                    EMBEDDED_STRUCT_VERSIONED,
                    find_since_span(step),
                    f"`since {step.since}` has no effect: {describe_since(step)} is sent in every "
                    f"embedded `{description.name}`",
                    "an embedded struct has no version in the stream",
                    also=(
                        Label(find_name_span(found[0].field), "embedded here, at its own version"),
                    ),
                    help=(
                        "send it in a subsection, or use `if` with a field or property that both "
                        "sides know, passed by `with`"
                    ),
                )


def _is_gate(since: int, description: Description) -> bool:
    return description.minimum_version_id < since <= description.version_id
