"""Forms of types and descriptions: values that are equal where the wire format is the same."""

from collections.abc import Iterable
from typing import TypeAlias, assert_never

from vmsdl.schema.description import Description, EnumDefinition, Schema
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.traverse import find_reachable, find_structs, strip_arrays
from vmsdl.schema.types import (
    BYTE,
    Array,
    Bitmap,
    Blob,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)

# A description and all that its members are made of. These are lists, and no tree: what is embedded
# in many places is in them once.
_Closure: TypeAlias = tuple[tuple[Description, ...], tuple[EnumDefinition, ...]]


class Forms:
    """The forms of one schema's types; what is in reach of a struct is collected once."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._closures: dict[str, _Closure] = {}

    def find(self, type_: Type) -> object:
        """Types of equal form have the same bytes and meaning if their lengths are equal too."""
        inside = tuple(self._close_struct(struct.name) for struct in find_structs(type_))
        return _find_outline(type_), inside, _find_enums((type_,), self._schema)

    def _close_struct(self, name: str) -> _Closure:
        if name not in self._closures:
            self._closures[name] = _close(self._schema.descriptions[name], self._schema)
        return self._closures[name]


def find_description_form(d: Description, schema: Schema) -> object:
    """A description with all that its members are made of."""
    return _close(d, schema)


def _close(d: Description, schema: Schema) -> _Closure:
    descriptions = tuple(find_reachable(schema, d))
    types = [
        member.type
        for each in descriptions
        for member in (*find_settable_members(each), *each.fields)
    ]
    return descriptions, _find_enums(types, schema)


def _find_enums(types: Iterable[Type], schema: Schema) -> tuple[EnumDefinition, ...]:
    elements = map(strip_arrays, types)
    names = dict.fromkeys(each.name for each in elements if isinstance(each, EnumType))
    return tuple(schema.enums[name] for name in names)


def _find_outline(type_: Type) -> object:
    """A type without its lengths."""
    match type_:
        case Scalar() | EnumType() | StructType() | ListType() | MapType():
            return type_
        case Bytes():
            return "bytes"
        case Blob():
            return "blob"
        case Bitmap():
            return "bitmap"
        case Opaque(codec=codec, length=length):
            return ("opaque", codec, length is None)
        case Array(element=element, nullable=nullable, marked=marked):
            if element == BYTE and not nullable:
                return "bytes"
            return ("array", _find_outline(element), nullable, marked)
        case _:
            assert_never(type_)
