"""A local without a default that gets no value from one embedding, or from any."""

from collections.abc import Iterator, Mapping
from itertools import islice

from vmsdl.analysis.expression_uses import CheckedBody, find_bodies, find_name_span
from vmsdl.analysis.references import Embedding, find_embeddings_by_struct, find_read_members
from vmsdl.diagnostics.codes import LOCAL_NOT_GIVEN
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.schema.description import Local, Role, Schema

_SHOWN = 3  # of the locals that one field forgets: it may embed a struct of a great many


def local_not_given(schema: Schema) -> Iterator[Diagnostic]:
    read, _ = find_read_members(schema)
    for body in find_bodies(schema):
        # An unused local is reported by another check.
        needy = {
            local.name: local
            for local in body.description.locals
            if local.default is None and id(local) in read
        }
        if body.description.role is Role.STRUCT:
            for embedding in (
                find_embeddings_by_struct(schema).get(body.description.name, ()) if needy else ()
            ):
                yield from _check_embedding(embedding, body, needy)
        else:
            for local in needy.values():
                yield body.make_diagnostic(
                    LOCAL_NOT_GIVEN,
                    find_name_span(local),
                    f"local `{local.name}` has no value: it has no default and is never set",
                    help=f"add a default: `local {local.name}: … = …;`",
                )


def _check_embedding(
    embedding: Embedding, body: CheckedBody, needy: Mapping[str, Local]
) -> Iterator[Diagnostic]:
    given = {name for name, _ in embedding.field.bindings}
    number = len(needy) - len(given & needy.keys())
    if number == 0:
        return
    forgotten = list(islice((needy[name] for name in needy if name not in given), _SHOWN))
    names = ", ".join(f"`{local.name}`" for local in forgotten)
    if number > _SHOWN:
        names += f" and {number - _SHOWN} more"
    bindings = ", ".join(f"{local.name} = …" for local in forgotten)
    yield embedding.body.make_diagnostic(
        LOCAL_NOT_GIVEN,
        find_name_span(embedding.field),
        f"`{embedding.field.name}` does not set {names} of `{body.description.name}`",
        f"requires `with {bindings}`",
        also=tuple(Label(find_name_span(local), "has no default") for local in forgotten),
        help=f"add `with {bindings}` here, or {'a default' if number == 1 else 'defaults'} there",
    )
