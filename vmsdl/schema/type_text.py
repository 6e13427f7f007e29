"""A type as a schema writes it."""

from typing import assert_never

from vmsdl.expr.text import unparse
from vmsdl.schema.types import (
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


def unparse_type(type_: Type) -> str:
    """A type as a schema writes it."""
    match type_:
        case Scalar(name=name) | EnumType(name=name) | StructType(name=name):
            return name
        case Bytes(length=length):
            return f"bytes[{unparse(length)}]"
        case Blob():
            return "blob"
        case Bitmap(bits=bits):
            return f"bitmap[{unparse(bits)}]"
        case Opaque(codec=codec, length=length):
            name = "opaque" if codec is None else f"opaque {codec}"
            return name if length is None else f"{name}[{unparse(length)}]"
        case ListType(element=element):
            return f"list<{element.name}>"
        case MapType(key=key, value=value):
            return f"map<{'u64' if key is None else key.name}, {value.name}>"
        case Array(element=element, count=count, nullable=nullable):
            return f"{unparse_type(element)}{'?' if nullable else ''}[{unparse(count)}]"
        case _:
            assert_never(type_)
