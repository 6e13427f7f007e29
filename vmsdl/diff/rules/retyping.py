"""Types in words, and an edit of one."""

from typing import assert_never

from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import restore_type
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Field
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


def make_type_edit(
    pair: Pair, old: Field, new: Field, why: str = "", *, help: str | None = None, moves: bool
) -> Edit:
    """An edit of the type of a field. `why`: what it does, for the message."""
    message = f"`{new.name}` was `{unparse_type(old.type)}` and is `{unparse_type(new.type)}`"
    return make_edit(
        pair,
        old,
        new,
        f"{message}: {why}" if why else message,
        moves=moves,
        help=help,
        remedies=restore_type(old, new),
    )


def describe_counted(pair: Pair, new: Field) -> str:
    """What a field counts, for a message."""
    return f"it counts `{find_counted(pair.new.description, new.name)[0]}`"


def unparse_type(type_: Type) -> str:
    """A type as a schema writes it."""
    match type_:
        case Scalar(name=name) | EnumType(name=name):
            return name
        case StructType(name=name, version=version):
            return name if version is None else f"{name} version {version}"
        case Bytes(length=length):
            return f"bytes[{unparse(length)}]"
        case Bitmap(bits=bits):
            return f"bitmap[{unparse(bits)}]"
        case Opaque(codec=codec, length=length):
            name = "opaque" if codec is None else f'opaque "{codec}"'
            return name if length is None else f"{name}[{unparse(length)}]"
        case Blob():
            return "blob"
        case ListType(element=element):
            return f"list<{unparse_type(element)}>"
        case MapType(key=key, value=value):
            return f"map<{'u64' if key is None else unparse_type(key)}, {unparse_type(value)}>"
        case Array():
            return _array(type_)
        case _:
            assert_never(type_)


def _array(type_: Array) -> str:
    """Lengths are written outermost first."""
    element = unparse_type(type_.element)
    mark = "?" if type_.nullable else ""
    end = " marked" if type_.marked else ""
    length = f"[{unparse(type_.count)}]"
    if isinstance(type_.element, Array | Bytes | Bitmap | Opaque):
        base, bracket, rest = element.partition("[")
        return f"{base}{mark}{length}{bracket}{rest}{end}"
    return f"{element}{mark}{length}{end}"
