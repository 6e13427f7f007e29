"""Which hooks may give a field its value when a state is loaded."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import CheckedBody
from vmsdl.analysis.references import find_embeddings_by_struct
from vmsdl.records import dataclass
from vmsdl.schema.description import LOADING_HOOKS, Schema, SetPlace


def may_be_set(schema: Schema, body: CheckedBody, name: str) -> bool:
    """Whether a hook in reach of a body can set its field: one names it, or does not say."""
    return any(
        hook in each.hooked.description.hooks
        and each.hooked.description.find_set_places(hook) is None
        for each in _find_hooked(schema, body)
        for hook in LOADING_HOOKS
    ) or is_set(schema, body, name)


def is_set(schema: Schema, body: CheckedBody, name: str) -> bool:
    """Whether a hook in reach of a body says that it sets its field, or what holds it."""
    return any(
        each.names(place, name)
        for each in _find_hooked(schema, body)
        for hook in LOADING_HOOKS
        for place in each.hooked.description.find_set_places(hook) or ()
    )


@dataclass(frozen=True, slots=True)
class _HookedBody:
    """A body whose hooks run when another one is loaded.

    `way`: from the outermost body around the hook to the loaded one, by the names of subsections
    and fields.
    """

    hooked: CheckedBody
    way: tuple[str, ...]

    def names(self, place: SetPlace, field: str) -> bool:
        owners = (self.hooked, *self.hooked.owners)[place.up :]
        start = tuple(each.description.name for each in reversed(owners[:-1]))
        path, target = (*start, *place.path), (*self.way, field)
        return target[: len(path)] == path


def _find_hooked(schema: Schema, body: CheckedBody) -> Iterator[_HookedBody]:
    by_struct = find_embeddings_by_struct(schema)
    waiting: list[tuple[CheckedBody, tuple[str, ...]]] = [(body, ())]
    done: set[int] = set()
    while waiting:
        one, inner = waiting.pop()
        owners = (one, *one.owners)
        outermost = owners[-1]
        if id(outermost.description) in done:
            continue
        done.add(id(outermost.description))
        way = (*(each.description.name for each in reversed(owners[:-1])), *inner)
        below = [outermost]
        for each in below:
            yield _HookedBody(each, way)
            below += each.subsections
        for embedding in by_struct.get(outermost.description.name, ()):
            waiting.append((embedding.body, (embedding.field.name, *way)))
