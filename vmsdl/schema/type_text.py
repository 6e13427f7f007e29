"""A type as a schema writes it."""

import json
from dataclasses import replace
from typing import assert_never

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import make_literal
from vmsdl.expr.nodes import Expr, Expression
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
    """The type, with `marked` behind it where a field of this type has that modifier."""
    counts: list[Expr] = []
    is_nullable = is_marked = False
    while isinstance(type_, Array):
        counts.append(type_.count)
        is_nullable |= type_.nullable
        is_marked |= type_.marked
        type_ = type_.element
    base, length = _unparse_element(type_)
    # Counts stand outermost first. A buffer's own length stands behind them.
    lengths = "".join(f"[{unparse(each)}]" for each in (*counts, *length))
    return f"{base}{'?' if is_nullable else ''}{lengths}{' marked' if is_marked else ''}"


def unparse_types(old: Type, new: Type) -> tuple[str, str]:
    """Two types. Where they read the same because a const has another value, with numbers."""
    before, after = unparse_type(old), unparse_type(new)
    if before == after:
        return unparse_type(_in_numbers(old)), unparse_type(_in_numbers(new))
    return before, after


def _in_numbers(type_: Type) -> Type:
    """The type with its constant lengths as numbers."""
    match type_:
        case Array(element=element, count=count):
            return replace(type_, element=_in_numbers(element), count=_as_number(count))
        case Bytes(length=length):
            return replace(type_, length=_as_number(length))
        case Bitmap(bits=bits):
            return replace(type_, bits=_as_number(bits))
        case Opaque(length=Expression() as length):
            return replace(type_, length=_as_number(length))
        case _:
            return type_


def _as_number(e: Expr) -> Expr:
    value = fold_constant(e)
    return e if value is None else make_literal(value)


def _unparse_element(
    type_: Scalar | EnumType | Bytes | Blob | Bitmap | Opaque | StructType | ListType | MapType,
) -> tuple[str, tuple[Expr, ...]]:
    """The words for a type that is no array, and its own length where it has one."""
    match type_:
        case Scalar(name=name) | EnumType(name=name):
            return name, ()
        case StructType():
            return _unparse_struct(type_), ()
        case Bytes(length=length):
            return "bytes", (length,)
        case Bitmap(bits=bits):
            return "bitmap", (bits,)
        case Blob():
            return "blob", ()
        case Opaque(codec=codec, length=own):
            name = "opaque" if codec is None else f"opaque {json.dumps(codec, ensure_ascii=False)}"
            return name, () if own is None else (own,)
        case ListType(element=element):
            return f"list<{_unparse_struct(element)}>", ()
        case MapType(key=key, value=value):
            # A key without a struct is sent as a be64 (VMSTATE_GTREE_DIRECT_KEY_V).
            first = "u64" if key is None else _unparse_struct(key)
            return f"map<{first}, {_unparse_struct(value)}>", ()
        case _:
            assert_never(type_)


def _unparse_struct(type_: StructType) -> str:
    return type_.name if type_.version is None else f"{type_.name} version {type_.version}"
