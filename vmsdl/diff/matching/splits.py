"""From two bodies to the stretches that both have, cut otherwise: one field is several, or the
other way round.

That they are one quantity has to be said: a part is `formerly` the whole, or the whole is
`formerly` its parts. Only integers are bytes and no more; a bool, a timer or an enum is not.
"""

from collections.abc import Iterator

from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field
from vmsdl.schema.sizes import measure_integers
from vmsdl.schema.types import Array, Bytes, Type


@dataclass(frozen=True, slots=True)
class Split:
    """The same bytes on both sides: either side's fields, in wire order."""

    there: tuple[Field, ...]
    here: tuple[Field, ...]


def find_splits(there: Description, here: Description) -> list[Split]:
    """What is one field on one side and several on the other, by declaration."""
    found = list(_cuts(there, here))
    return found + [Split(there=cut.here, here=cut.there) for cut in _cuts(here, there)]


def _cuts(own: Description, other: Description) -> Iterator[Split]:
    called: dict[str, list[Field]] = {}  # what is called so, or was
    for part in other.fields:
        for name in (part.name, *part.formerly):
            called.setdefault(name, []).append(part)
    for whole in own.fields:
        parts = list(called.get(whole.name, ()))
        for name in whole.formerly:
            parts += [part for part in called.get(name, ()) if part.name == name]
        cut = _cut(whole, parts, other)
        if cut is not None:
            yield cut


def _cut(whole: Field, parts: list[Field], other: Description) -> Split | None:
    """The neighbours on the other side that a field is, all in all."""
    is_one = len(parts) == 1 and _grain(parts[0].type) < _grain(whole.type)
    if not (is_one or len(parts) > 1) or whole.condition is not None or whole.since:
        return None
    steps = list(other.steps)
    parts.sort(key=steps.index)
    first = steps.index(parts[0])
    is_plain = all(part.condition is None and not part.since for part in parts)
    if not is_plain or steps[first : first + len(parts)] != parts:
        return None
    size, sizes = measure_integers(whole.type), [measure_integers(part.type) for part in parts]
    if size is None or size != sum(each or 0 for each in sizes) or None in sizes:
        return None
    return Split(there=(whole,), here=tuple(parts))


def _grain(type_: Type) -> int:
    """Bytes of the integers that it is made of; of one cut otherwise they are smaller."""
    match type_:
        case Array(element=element):
            return _grain(element)
        case Bytes():
            return 1
        case _:
            return measure_integers(type_) or 0


def find_offset(fields: tuple[Field, ...], tail: tuple[str | int, ...]) -> int | None:
    """Where a field of a cut, or an element of it, begins; None: it is none of them."""
    offset = 0
    for field in fields:
        size = measure_integers(field.type)
        if tail and field.name == tail[0]:
            return offset + _inside(field.type, tail[1:])
        offset += size or 0
    return None


def _inside(type_: Type, indexes: tuple[str | int, ...]) -> int:
    offset = 0
    for index in indexes:
        if isinstance(type_, Array):
            type_ = type_.element
        offset += int(index) * (
            (measure_integers(type_) or 0) if not isinstance(type_, Bytes) else 1
        )
    return offset
