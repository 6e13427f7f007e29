"""What the schema says of a place: its type, how many elements it has, its values after reset."""

from collections.abc import Iterator

from vmsdl.diff.layout.settings import find_default
from vmsdl.diff.matching.fields import Side
from vmsdl.expr.logic import FieldPath
from vmsdl.schema.description import Description
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.sizes import fold_length
from vmsdl.schema.traverse import collect_lengths, find_element_type
from vmsdl.schema.types import Array, Bitmap, Bytes, EnumType, Opaque, Scalar, StructType, Type

_MOST_LEAVES = 1024


class SenderPlaces:
    """The places of one description. Without a side nothing is known of them."""

    def __init__(self, side: Side | None) -> None:
        self._side = side

    def find_type(self, path: FieldPath) -> Type | Description | None:
        """The type of a place; a subsection is its own."""
        if self._side is None:
            return None
        at: Type | Description | None = self._side.description
        for part in path:
            if at is None:
                return None
            at = self._find_inner(at, part)
        return at

    def _find_inner(self, at: Type | Description, part: str | int) -> Type | Description | None:
        match at, part:
            case Description() as body, str() as name:
                return _find_member(body, name)
            case StructType(name=struct), str() as name:
                assert self._side is not None
                return _find_member(self._side.schema.descriptions[struct], name)
            case Description(), int():
                return None
            case _, int():
                return None if isinstance(at, Description) else find_element_type(at)
            case _:
                return None

    def count_elements(self, path: FieldPath) -> int | None:
        """Of an array, a buffer or a bitmap; None: the state decides, or it is none of these."""
        match self.find_type(path):
            case Array() | Bytes() | Bitmap() | Opaque() as type_:
                lengths = collect_lengths(type_)
                return fold_length(lengths[0]) if lengths else None
            case _:
                return None

    def find_reset_values(self, path: FieldPath) -> dict[FieldPath, int | bool] | None:
        """All numbers and truth values of an object as they are after reset.

        None: the object also has something else, or it is too large.
        """
        found: dict[FieldPath, int | bool] = {}
        at = self.find_type(path)
        if at is None:
            return None
        for place, value in self._walk(path, at):
            if value is None or len(found) == _MOST_LEAVES:
                return None
            found[place] = value
        return found

    def _walk(
        self, path: FieldPath, at: Type | Description
    ) -> Iterator[tuple[FieldPath, int | bool | None]]:
        assert self._side is not None
        schema = self._side.schema
        match at:
            case Description() as body:
                for field in body.fields:
                    place = (*path, field.name)
                    if isinstance(field.type, Scalar | EnumType):
                        yield place, find_default(field, schema)
                    else:
                        yield from self._walk(place, field.type)
                for sub in body.subsections:
                    yield from self._walk((*path, sub.name), sub)
            case StructType(name=struct):
                yield from self._walk(path, schema.descriptions[struct])
            case Array() | Bytes():
                element = find_element_type(at)
                count = fold_length(collect_lengths(at)[0])
                if element is None or count is None or count > _MOST_LEAVES:
                    yield path, None
                    return
                for i in range(count):
                    yield from self._walk((*path, i), element)
            case EnumType(name=name):
                yield path, schema.enums[name].zero
            case Scalar(row=row):
                yield path, bool(row.zero) if row.is_bool else row.zero
            case _:
                yield path, None


def _find_member(body: Description, name: str) -> Type | Description | None:
    for member in (*body.fields, *find_settable_members(body)):
        if member.name == name:
            return member.type
    return next((sub for sub in body.subsections if sub.name == name), None)
