"""Wire types of fields, locals and properties."""

from typing import TypeAlias

from vmsdl.expr.nodes import Expr
from vmsdl.records import dataclass
from vmsdl.schema import scalars
from vmsdl.schema.scalars import SCALARS, ScalarRow


@dataclass(frozen=True, slots=True)
class Scalar:
    """A row of `scalars.SCALARS`, by name."""

    name: str

    @property
    def row(self) -> ScalarRow:
        return SCALARS[self.name]

    # These are here for patterns: `case Scalar(is_bool=True)`.

    @property
    def is_bool(self) -> bool:
        return self.row.is_bool

    @property
    def is_float(self) -> bool:
        return self.row.is_float

    @property
    def is_byte(self) -> bool:
        """Whether an array of these is `bytes` in Python, and has a buffer's codec."""
        return self.name == scalars.BYTE.name


@dataclass(frozen=True, slots=True)
class EnumType:
    """An `enum` or `flags` of the schema, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Bytes:
    """`bytes[n]`: raw bytes. `bytes[4][2]` is an Array of 4 of Bytes of 2."""

    length: Expr


@dataclass(frozen=True, slots=True)
class Blob:
    """be32 length and that many bytes (GByteArray)."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """ceil(bits/64) big-endian words, bit 0 the least significant of the first (VMSTATE_BITMAP)."""

    bits: Expr


@dataclass(frozen=True, slots=True)
class Opaque:
    """Bytes whose inside another codec knows; without a length the rest of the section."""

    codec: str | None
    length: Expr | None


@dataclass(frozen=True, slots=True)
class StructType:
    """An embedded struct, by name; `version` is the constant of VMS_VSTRUCT, else its own."""

    name: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class ListType:
    """QTAILQ and QLIST: { 01, element }* 00. Saved at the struct's version, loaded at this."""

    element: StructType


@dataclass(frozen=True, slots=True)
class MapType:
    """GTree: be32 count, { 01, key, value }* 00. `key` None: a direct be64 key."""

    key: StructType | None
    value: StructType


@dataclass(frozen=True, slots=True)
class Array:
    """`element[count]`; T[n][m] is an Array of n Arrays of m.

    `nullable`: an array of pointers (VMS_ARRAY_OF_POINTER), null elements a byte 0x30;
    `marked`: every element is preceded by its marker (0x30 null, 0x31 there).
    """

    element: "Type"
    count: Expr
    nullable: bool = False
    marked: bool = False


BYTE = Scalar(scalars.BYTE.name)  # an element of a buffer
BIT = Scalar("bool")  # an element of a bitmap, and what an `if` alone decides on

Type: TypeAlias = (
    Scalar | EnumType | Bytes | Blob | Bitmap | Opaque | StructType | ListType | MapType | Array
)
