"""A local without a default that an embedding, or everyone, leaves without a value."""

from collections import defaultdict
from collections.abc import Iterator

from vmsdl.analysis.references import Embedding, embeddings, read_members
from vmsdl.analysis.uses import Body, bodies, place
from vmsdl.diagnostics.catalogue.unread import LOCAL_NOT_GIVEN
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.schema.description import Local, Role, Schema


def local_not_given(schema: Schema) -> Iterator[Diagnostic]:
    embedded: dict[str, list[Embedding]] = defaultdict(list)
    for embedding in embeddings(schema):
        embedded[embedding.struct.name].append(embedding)
    read, _ = read_members(schema)
    for body in bodies(schema):
        for local in body.description.locals:
            if local.default is not None or id(local) not in read:
                continue  # what nobody reads is another fault
            if body.description.role is Role.STRUCT:
                for embedding in embedded[body.description.name]:
                    if local.name not in dict(embedding.field.bindings):
                        yield _of_embedding(embedding, body, local)
            else:
                yield body.fault(
                    LOCAL_NOT_GIVEN,
                    place(local),
                    f"nothing gives the local `{local.name}` a value",
                    help=f"give it a default: `local {local.name}: … = …;`",
                )


def _of_embedding(embedding: Embedding, body: Body, local: Local) -> Diagnostic:
    return embedding.body.fault(
        LOCAL_NOT_GIVEN,
        place(embedding.field),
        f"`{embedding.field.name}` gives `{local.name}` of `{body.description.name}` no value",
        f"needs `with {local.name} = …`",
        also=(Label(place(local), "has no default"),),
        help=f"add `with {local.name} = …` here, or a default there",
    )
