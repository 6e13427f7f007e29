"""From two bodies to the fields that one has whole and the other in parts, over the same bytes.

A schema has to declare that they are one quantity: a part is `formerly` the whole, or the whole is
`formerly` its parts. Only integers take part: a bool, a timer or an enum is more than its bytes.
"""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field
from vmsdl.schema.sizes import measure_integers
from vmsdl.schema.types import Array, Bytes, Type


@dataclass(frozen=True, slots=True)
class Split:
    """The same bytes on both sides: one field on one side, several fields or smaller elements on
    the other. The fields of either side are neighbours, in wire order."""

    there: tuple[Field, ...]
    here: tuple[Field, ...]
    # Integers on one side and a buffer of bytes under the same name on the other: nothing says
    # which byte of an integer the buffer had first.
    is_order_known: bool = True


def find_splits(there: Description, here: Description) -> list[Split]:
    """The declared splits of two bodies, in both directions."""
    found = list(_find_wholes(there, here))
    return found + [
        replace(split, there=split.here, here=split.there) for split in _find_wholes(here, there)
    ]


def _find_wholes(there: Description, here: Description) -> Iterator[Split]:
    """The fields of `there` that are in parts `here`."""
    by_name: dict[str, list[Field]] = {}  # under its name, and its former names
    for part in here.fields:
        for name in (part.name, *part.formerly):
            by_name.setdefault(name, []).append(part)
    for whole in there.fields:
        parts = list(by_name.get(whole.name, ()))
        for name in whole.formerly:
            parts += [part for part in by_name.get(name, ()) if part.name == name]
        split = _make_split(whole, parts, here)
        if split is not None:
            yield split


def _make_split(whole: Field, parts: list[Field], here: Description) -> Split | None:
    """None: the parts are no neighbours, are gated, or are not the bytes of the whole."""
    has_smaller_elements = len(parts) == 1 and (
        _element_size(parts[0].type) < _element_size(whole.type)
    )
    is_gated = whole.condition is not None or whole.since
    if not (has_smaller_elements or len(parts) > 1) or is_gated:
        return None
    steps = list(here.steps)
    parts.sort(key=steps.index)
    first = steps.index(parts[0])
    if any(part.condition is not None or part.since for part in parts):
        return None
    if steps[first : first + len(parts)] != parts:
        return None
    size, sizes = measure_integers(whole.type), [measure_integers(part.type) for part in parts]
    if size is None or size != sum(each or 0 for each in sizes) or None in sizes:
        return None
    is_renamed = any(part.name != whole.name for part in parts)
    is_order_known = is_renamed or not has_smaller_elements or _element_size(parts[0].type) > 1
    return Split(there=(whole,), here=tuple(parts), is_order_known=is_order_known)


def _element_size(type_: Type) -> int:
    """Bytes of one integer of the type; 0 where it has no integers."""
    match type_:
        case Array(element=element):
            return _element_size(element)
        case Bytes():
            return 1
        case _:
            return measure_integers(type_) or 0


def find_offset(fields: tuple[Field, ...], path: tuple[str | int, ...]) -> int | None:
    """The offset of a field, or of an element of it, in one side of a split.

    `path` begins with the name of the field. None: the field is not among `fields`.
    """
    offset = 0
    for field in fields:
        if path and field.name == path[0]:
            return offset + _find_element_offset(field.type, path[1:])
        offset += measure_integers(field.type) or 0
    return None


def _find_element_offset(type_: Type, indexes: tuple[str | int, ...]) -> int:
    offset = 0
    for index in indexes:
        if isinstance(type_, Array):
            type_ = type_.element
        offset += int(index) * (1 if isinstance(type_, Bytes) else measure_integers(type_) or 0)
    return offset
