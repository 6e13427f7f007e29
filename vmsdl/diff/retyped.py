"""From the types of one field on both sides to what was edited about them."""

from collections.abc import Iterator
from enum import Enum
from math import prod

from vmsdl.diff.changes import Pair
from vmsdl.schema.description import Field, Schema
from vmsdl.schema.expression import Expr
from vmsdl.schema.scalars import INTEGERS, SCALARS
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)
from vmsdl.wire.constants import constant

Length = int | Expr


class Retyped(Enum):
    """One kind of edit; `OTHER` is what none of them says."""

    WIDTH = "a number of another width"
    SIGN = "the same bytes, signed or not"
    TO_BOOL = "a byte became a bool"
    FROM_BOOL = "a bool became a byte"
    TIMER = "a deadline became a number, or a number a deadline"
    TO_ENUM = "a number became one of the arms of an enum"
    FROM_ENUM = "one of the arms of an enum became any number"
    TO_ARRAY = "one became an array of one"
    FROM_ARRAY = "an array of one became one"
    LENGTH = "an array of another fixed length"
    TRANSPOSED = "rows and columns of the same number of elements in all"
    TO_VARIABLE = "an array of a fixed length became one that is counted"
    TO_FIXED = "an array that is counted became one of a fixed length"
    BITS = "a bitmap of another length"
    SPLIT = "an integer became several of the same bytes"
    MERGED = "several integers became one of the same bytes"
    OTHER = "another edit"


def retypings(pair: Pair, *kinds: Retyped) -> Iterator[tuple[Field, Field]]:
    """The fields whose type was edited in one of these ways."""
    for old, new in pair.kept:
        if retyped(old.type, new.type, pair.old.schema, pair.new.schema) in kinds:
            yield old, new


def retyped(old: Type, new: Type, one: Schema, other: Schema) -> Retyped | None:
    if isinstance(old, Bitmap) and isinstance(new, Bitmap):
        return None if _length(old.bits) == _length(new.bits) else Retyped.BITS
    lengths, before = _opened(old)
    counts, after = _opened(new)
    of_elements = _elements(before, after, one, other)
    if lengths == counts:
        return of_elements
    if of_elements is None:
        return _lengths(lengths, counts)
    sizes = _bytes(lengths, before), _bytes(counts, after)
    if sizes[0] is None or sizes[0] != sizes[1]:
        return Retyped.OTHER
    return Retyped.SPLIT if (_total(lengths) or 0) < (_total(counts) or 0) else Retyped.MERGED


def carrier(type_: Type, schema: Schema) -> str | None:
    """The scalar that is on the wire."""
    match type_:
        case Scalar(name=name):
            return name
        case EnumType(name=name):
            return schema.enums[name].scalar
        case _:
            return None


def _opened(type_: Type) -> tuple[tuple[Length, ...], Type]:
    """The lengths of an array of arrays, outermost first, and what it is of."""
    lengths: list[Length] = []
    while isinstance(type_, Array) and not type_.nullable and not type_.marked:
        lengths.append(_length(type_.count))
        type_ = type_.element
    match type_:
        case Bytes(length=length):
            return (*lengths, _length(length)), Scalar("u8")
        case Opaque(length=length) if length is not None:
            return (*lengths, _length(length)), type_
        case _:
            return tuple(lengths), type_


def _length(length: Expr) -> Length:
    value = constant(length)
    return length if value is None else int(value)


def _elements(old: Type, new: Type, one: Schema, other: Schema) -> Retyped | None:
    before, after = carrier(old, one), carrier(new, other)
    if before is None or after is None:
        return None if _kind(old, one) == _kind(new, other) else Retyped.OTHER
    if before == after:
        match isinstance(old, EnumType), isinstance(new, EnumType):
            case False, True:
                return Retyped.TO_ENUM
            case True, False:
                return Retyped.FROM_ENUM
            case _:
                return None
    if SCALARS[before].size != SCALARS[after].size:
        return Retyped.WIDTH
    match before, after:
        case ("f64", _) | (_, "f64"):
            return Retyped.OTHER
        case ("timer", _) | (_, "timer"):
            return Retyped.TIMER
        case _, "bool":
            return Retyped.TO_BOOL
        case "bool", _:
            return Retyped.FROM_BOOL
        case _:
            return Retyped.SIGN


def _kind(type_: Type, schema: Schema) -> object:
    """What it is, whatever its struct holds, its enum means, or they are called."""
    match type_:
        case StructType(version=version):
            return "struct", version
        case Array(element=element, count=count, nullable=nullable, marked=marked):
            return "array", _length(count), _kind(element, schema), nullable, marked
        case ListType(element=element):
            return "list", _kind(element, schema)
        case MapType(key=key):
            return "map", key is None
        case Opaque(codec=codec, length=length):
            return "opaque", codec, length is None
        case Bitmap(bits=bits):
            return "bitmap", _length(bits)
        case _:
            return carrier(type_, schema)


def _lengths(old: tuple[Length, ...], new: tuple[Length, ...]) -> Retyped:
    if not old and new == (1,):
        return Retyped.TO_ARRAY
    if not new and old == (1,):
        return Retyped.FROM_ARRAY
    before, after = _total(old), _total(new)
    if before is not None and after is not None:
        if before != after:
            return Retyped.LENGTH
        return Retyped.TRANSPOSED if len(old) == len(new) else Retyped.OTHER
    if len(old) != len(new):
        return Retyped.OTHER
    match before, after:
        case None, None:
            return Retyped.OTHER
        case None, _:
            return Retyped.TO_FIXED
        case _:
            return Retyped.TO_VARIABLE


def _total(lengths: tuple[Length, ...]) -> int | None:
    fixed = [length for length in lengths if isinstance(length, int)]
    return prod(fixed) if len(fixed) == len(lengths) else None


def _bytes(lengths: tuple[Length, ...], element: Type) -> int | None:
    total = _total(lengths)
    if total is None or not isinstance(element, Scalar) or element.name not in INTEGERS:
        return None
    return total * SCALARS[element.name].size
