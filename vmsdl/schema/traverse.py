"""Walks over schemas: the descriptions that are in reach, and the types inside types."""

from collections.abc import Iterator
from typing import assert_never

from vmsdl.expr.nodes import Expr
from vmsdl.schema.description import Description, Role, Schema
from vmsdl.schema.types import (
    BIT,
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


def find_devices(schema: Schema) -> Iterator[Description]:
    """Those of the file itself, not of what it imports."""
    for definition in schema.files[-1].definitions:
        if isinstance(definition, Description) and definition.role is Role.DEVICE:
            yield definition


def find_reachable(schema: Schema, description: Description) -> Iterator[Description]:
    """A description, its subsections, and every struct inside, each once."""
    done: set[str] = set()
    waiting = [description]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += one.subsections
        for each in one.fields:
            for struct in find_structs(each.type):
                if struct.name not in done:
                    done.add(struct.name)
                    waiting.append(schema.descriptions[struct.name])


def find_embedded_structs(description: Description) -> tuple[str, ...]:
    """The names of the structs that a description embeds, its subsections' too, each once."""
    found = [struct.name for each in description.fields for struct in find_structs(each.type)]
    for subsection in description.subsections:
        found.extend(find_embedded_structs(subsection))
    return tuple(dict.fromkeys(found))


def has_pointers(type_: Type) -> bool:
    """Are there elements of which the loader's own object says whether they are null?"""
    match type_:
        case Array(nullable=True, marked=False):
            return True
        case Array(element=element):
            return has_pointers(element)
        case _:
            return False


def strip_arrays(type_: Type) -> Type:
    """What an array holds, however many dimensions it has; of another type the type itself."""
    while isinstance(type_, Array):
        type_ = type_.element
    return type_


def find_structs(type_: Type) -> tuple[StructType, ...]:
    """The structs in a type, in wire order: of a map the key comes before the value."""
    match strip_arrays(type_):
        case StructType() as struct:
            return (struct,)
        case ListType(element=struct):
            return (struct,)
        case MapType(key=key, value=value):
            return (value,) if key is None else (key, value)
        case Scalar() | EnumType() | Bytes() | Blob() | Bitmap() | Opaque() | Array():
            return ()
        case unknown:
            assert_never(unknown)


def find_struct(type_: Type) -> StructType | None:
    """The struct that paths lead into: alone, or the element of an array or list, not of a map."""
    if isinstance(strip_arrays(type_), MapType):
        return None
    return next(iter(find_structs(type_)), None)


def find_element_type(type_: Type) -> Type | None:
    """The type of `value[i]`; None where a value has no elements."""
    match type_:
        case Array(element=element):
            return element
        case ListType(element=element):
            return element
        case Bitmap():
            return BIT
        case Bytes() | Blob() | Opaque():
            return BYTE
        case Scalar() | EnumType() | StructType() | MapType():
            return None
        case _:
            assert_never(type_)


def collect_lengths(type_: Type) -> tuple[Expr, ...]:
    """Every length, count and number of bits in a type, outermost first."""
    match type_:
        case Bytes(length=length):
            return (length,)
        case Opaque(length=length):
            return () if length is None else (length,)
        case Bitmap(bits=bits):
            return (bits,)
        case Array(element=element, count=count):
            return (count, *collect_lengths(element))
        case Scalar() | EnumType() | Blob() | StructType() | ListType() | MapType():
            return ()
        case _:
            assert_never(type_)
