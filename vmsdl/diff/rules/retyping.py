"""Changes of a field's type: the edit, and rules that are rows of a table."""

from collections.abc import Iterator
from typing import assert_never

from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import TypeChange, find_type_changes
from vmsdl.diff.fixes.fields import restore_type
from vmsdl.expr.text import unparse
from vmsdl.records import dataclass
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


@dataclass(frozen=True, slots=True)
class TypeRule:
    """A rule for one kind of change of a type.

    `effect`: what it does, for the message; it can use `{counted}`, which is an array that the
    field counts. `shifts`: the new type can take another number of bytes.
    """

    slug: str
    mirror: str
    kind: TypeChange
    effect: str
    help: str | None
    shifts: bool = False

    def find(self, pair: Pair) -> Iterator[Edit]:
        for old, new in find_type_changes(pair, self.kind):
            counted = find_counted(pair.new.description, new.name)
            effect = self.effect.format(counted=f"`{counted[0]}`" if counted else "")
            yield make_type_edit(pair, old, new, effect, help=self.help, shifts=self.shifts)


def make_type_edit(
    pair: Pair,
    old: Field,
    new: Field,
    effect: str = "",
    *,
    help: str | None = None,
    shifts: bool = False,
) -> Edit:
    """An edit of the type of a field. `effect`: what it does, for the message."""
    message = f"`{new.name}` was `{unparse_type(old.type)}` and is `{unparse_type(new.type)}`"
    return make_edit(
        pair,
        old,
        new,
        f"{message}: {effect}" if effect else message,
        shifts=shifts,
        help=help,
        fixes=restore_type(old, new),
    )


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
