"""What a type is, in forms that two schemas can be compared by."""

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
    """Equal forms: the same bytes with the same meaning, where their lengths are equal too."""
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
            return (_struct(name, schema, open_), version)
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


def _struct(name: str, schema: Schema, open_: frozenset[str]) -> object:
    if name in open_:
        return ("again", name)
    return find_whole_form(schema.descriptions[name], schema, open_ | {name})


def find_whole_form(d: Description, schema: Schema, open_: frozenset[str] = frozenset()) -> object:
    """A description and all that it is made of."""
    inside = tuple(find_form(step.type, schema, open_) for step in d.fields)
    known = tuple(find_form(each.type, schema, open_) for each in find_settable_members(d))
    return (d, inside, known, tuple(find_whole_form(sub, schema, open_) for sub in d.subsections))
