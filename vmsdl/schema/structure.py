"""Forms of types and descriptions: values that are equal where the wire format is the same."""

from typing import assert_never

from vmsdl.schema.description import Description, Schema
from vmsdl.schema.members import find_settable_members
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


def find_form(type_: Type, schema: Schema, open_: frozenset[str] = frozenset()) -> object:
    """Types of equal form have the same bytes and meaning if their lengths are equal too."""
    match type_:
        case Scalar(name=name):
            return name
        case EnumType(name=name):
            return ("enum", schema.enums[name])
        case Bytes():
            return "bytes"
        case Blob():
            return "blob"
        case Bitmap():
            return "bitmap"
        case Opaque(codec=codec, length=length):
            return ("opaque", codec, length is None)
        case StructType(name=name, version=version):
            return (_find_struct_form(name, schema, open_), version)
        case ListType(element=element):
            return ("list", find_form(element, schema, open_))
        case MapType(key=key, value=value):
            first = None if key is None else find_form(key, schema, open_)
            return ("map", first, find_form(value, schema, open_))
        case Array(element=element, nullable=nullable, marked=marked):
            if element == BYTE and not nullable:
                return "bytes"
            return ("array", find_form(element, schema, open_), nullable, marked)
        case _:
            assert_never(type_)


def _find_struct_form(name: str, schema: Schema, open_: frozenset[str]) -> object:
    if name in open_:
        return ("again", name)
    return find_description_form(schema.descriptions[name], schema, open_ | {name})


def find_description_form(
    d: Description, schema: Schema, open_: frozenset[str] = frozenset()
) -> object:
    """A description with the forms of all its members."""
    inside = tuple(find_form(step.type, schema, open_) for step in d.fields)
    known = tuple(find_form(each.type, schema, open_) for each in find_settable_members(d))
    return (
        d,
        inside,
        known,
        tuple(find_description_form(sub, schema, open_) for sub in d.subsections),
    )
