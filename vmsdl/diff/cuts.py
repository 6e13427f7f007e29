"""From two bodies to the stretches that both have, cut otherwise: one field is several, or the
other way round.

That they are one quantity has to be said: a part is `formerly` the whole, or the whole is
`formerly` its parts. Only integers are bytes and no more; a bool, a timer or an enum is not.
"""

from collections.abc import Iterator

from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Schema
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, Bytes, Scalar, Type
from vmsdl.wire.constants import constant

_WHOLE = frozenset({"bool", "f64", "timer"})


@dataclass(frozen=True, slots=True)
class Cut:
    """The same bytes on both sides: either side's fields, in wire order."""

    there: tuple[Field, ...]
    here: tuple[Field, ...]


def cuts(there: Description, here: Description) -> list[Cut]:
    """What is one field on one side and several on the other, by declaration."""
    found = list(_cuts(there, here))
    return found + [Cut(there=cut.here, here=cut.there) for cut in _cuts(here, there)]


def _cuts(own: Description, other: Description) -> Iterator[Cut]:
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


def _cut(whole: Field, parts: list[Field], other: Description) -> Cut | None:
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
    size, sizes = size_of(whole.type), [size_of(part.type) for part in parts]
    if size is None or size != sum(each or 0 for each in sizes) or None in sizes:
        return None
    return Cut(there=(whole,), here=tuple(parts))


def _grain(type_: Type) -> int:
    """Bytes of the integers that it is made of; of one cut otherwise they are smaller."""
    match type_:
        case Array(element=element):
            return _grain(element)
        case Bytes():
            return 1
        case _:
            return size_of(type_) or 0


def offset_in(fields: tuple[Field, ...], tail: tuple[str | int, ...]) -> int | None:
    """Where a field of a cut, or an element of it, begins; None: it is none of them."""
    offset = 0
    for field in fields:
        size = size_of(field.type)
        if tail and field.name == tail[0]:
            return offset + _inside(field.type, tail[1:])
        offset += size or 0
    return None


def _inside(type_: Type, indexes: tuple[str | int, ...]) -> int:
    offset = 0
    for index in indexes:
        if isinstance(type_, Array):
            type_ = type_.element
        offset += int(index) * ((size_of(type_) or 0) if not isinstance(type_, Bytes) else 1)
    return offset


def size_of(type_: Type) -> int | None:
    """Bytes of integers, one or a fixed number of them; None: it is something else."""
    match type_:
        case Scalar(name=name):
            return None if name in _WHOLE else SCALARS[name].size
        case Bytes(length=length):
            return _count(constant(length))
        case Array(element=element, count=count, nullable=False, marked=False):
            size, number = size_of(element), _count(constant(count))
            return None if size is None or number is None else size * number
        case _:
            return None


def _count(value: int | bool | None) -> int | None:
    return None if value is None or value < 0 else int(value)


def width_of(type_: Type, schema: Schema) -> int | None:
    """Bytes that a type always takes on the wire; None: it depends on the state."""
    from vmsdl.schema.types import EnumType, StructType

    match type_:
        case Scalar(name=name):
            return SCALARS[name].size
        case EnumType(name=name):
            return SCALARS[schema.enums[name].scalar].size
        case Bytes(length=length):
            return _count(constant(length))
        case Array(element=element, count=count, nullable=False, marked=False):
            size, number = width_of(element, schema), _count(constant(count))
            return None if size is None or number is None else size * number
        case StructType(name=name, version=version):
            return _struct_width(schema.descriptions[name], version, schema)
        case _:
            return None


def _struct_width(d: Description, version: int | None, schema: Schema) -> int | None:
    from vmsdl.schema.description import Unused

    total = 0
    at = d.version_id if version is None else version
    for step in d.steps:
        if not isinstance(step, Field | Unused):
            continue
        if step.since > at:
            continue
        if step.condition is not None:
            return None
        size = (
            width_of(step.type, schema)
            if isinstance(step, Field)
            else _count(constant(step.length))
        )
        if size is None:
            return None
        total += size
    return None if d.subsections else total
