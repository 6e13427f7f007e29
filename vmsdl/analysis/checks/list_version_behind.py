"""A list or map that loads its elements at an older version than they are saved at."""

from collections.abc import Iterator

from vmsdl.analysis.checks.dead_since import find_since_span
from vmsdl.analysis.expression_uses import find_name_span
from vmsdl.analysis.references import find_embeddings
from vmsdl.diagnostics.codes import LIST_VERSION_BEHIND
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.schema.description import Schema, Validate


def list_version_behind(schema: Schema) -> Iterator[Diagnostic]:
    for embedding in find_embeddings(schema):
        struct = schema.descriptions.get(embedding.struct.name)
        loaded = embedding.struct.version
        if not embedding.is_listed or struct is None or loaded is None:
            continue
        saved = struct.version_id
        for step in struct.steps:
            if not isinstance(step, Validate) and loaded < step.since <= saved:
                yield embedding.body.make_diagnostic(
                    LIST_VERSION_BEHIND,
                    find_name_span(embedding.field),
                    f"elements of `{embedding.field.name}` are saved at version {saved} of "
                    f"`{struct.name}` but loaded at version {loaded}",
                    f"loaded at version {loaded}",
                    also=(Label(find_since_span(step), "saved but not loaded"),),
                    help=f"write `{struct.name} version {saved}` here, or send the field elsewhere",
                )
                break
