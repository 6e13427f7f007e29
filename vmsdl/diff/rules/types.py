"""Types in words, and their lengths."""

from typing import assert_never

from vmsdl.diff.wording import words
from vmsdl.schema.description import Schema
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


def described(type_: Type) -> str:
    """A type as a schema writes it."""
    match type_:
        case Scalar(name=name) | EnumType(name=name):
            return f"`{name}`"
        case StructType(name=name, version=version):
            return f"`{name}`" if version is None else f"`{name} version {version}`"
        case Bytes() | Bitmap() | Opaque():
            word = type(type_).__name__.lower()
            length = length_of(type_)
            return f"`{word}[{length}]`" if length else f"`{word}`"
        case Blob():
            return "`blob`"
        case ListType(element=element):
            return f"a list of {described(element)}"
        case MapType(value=value):
            return f"a map of {described(value)}"
        case Array(element=element, count=count):
            return f"{words(count)} of {described(element)}"
        case _:
            assert_never(type_)


def length_of(type_: Type) -> str:
    match type_:
        case Bytes(length=length):
            return words(length)
        case Opaque(length=length):
            return "" if length is None else words(length)
        case Bitmap(bits=bits):
            return words(bits)
        case Array(element=element, count=count):
            return f"{words(count)}, {length_of(element)}"
        case _:
            return ""


def kind_of(type_: Type, schema: Schema) -> object:
    """What a type is, whatever its struct holds, its enum means, or they are called."""
    match type_:
        case StructType(version=version):
            return ("struct", version)
        case EnumType(name=name):
            return schema.enums[name].scalar
        case Array(element=element, nullable=nullable, marked=marked):
            return ("array", kind_of(element, schema), nullable, marked)
        case ListType(element=element):
            return ("list", kind_of(element, schema))
        case MapType(key=key):
            return ("map", key is None)
        case Scalar(name=name):
            return name
        case Opaque(codec=codec):
            return ("opaque", codec)
        case _:
            return type(type_).__name__
