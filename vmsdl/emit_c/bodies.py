"""A description with its owners: whose state its C functions read, and where each member is."""

from typing import TypeAlias

from vmsdl.emit_c.c_annotations import read_word
from vmsdl.emit_c.c_names import find_c_type, find_prefix, find_variable
from vmsdl.expr.fold import fold_constant
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Local, Property, Schema
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.types import Array, Bitmap, Bytes, Scalar, StructType

MemberDefinition: TypeAlias = Field | Local | Property

INLINE, POINTER, ALLOC = "inline", "pointer", "alloc"


@dataclass(frozen=True, slots=True)
class CBody:
    """`owners`: the description itself, then its owners outwards. All share one C struct."""

    schema: Schema
    owners: tuple[Description, ...]

    @property
    def description(self) -> Description:
        return self.owners[0]

    @property
    def c_type(self) -> str:
        return find_c_type(self.owners[-1])

    @property
    def prefix(self) -> str:
        return find_prefix(self.owners)

    @property
    def variable(self) -> str:
        return find_variable(self.owners)

    def enter(self, subsection: Description) -> "CBody":
        return CBody(self.schema, (subsection, *self.owners))

    def find_member(self, up: int, name: str) -> MemberDefinition | None:
        """A field, local or property of one of the owners; None for a subsection."""
        description = self.owners[up]
        members = (*find_settable_members(description), *description.fields)
        return next((member for member in members if member.name == name), None)

    def find_struct(self, type_: StructType) -> "CBody":
        return CBody(self.schema, (self.schema.descriptions[type_.name],))


def find_storage(member: MemberDefinition) -> str:
    """Whether the C struct holds a member itself, or a pointer to it.

    The default is QEMU's most usual form: a timer, and what has a length that varies, are behind a
    pointer.
    """
    words: tuple[str, ...] = (INLINE, POINTER, ALLOC)
    match member.type:
        case Scalar(row=row) if row.is_timer:
            words = (POINTER, INLINE)
        case Array(count=length) | Bytes(length=length) | Bitmap(bits=length):
            if fold_constant(length) is None:
                words = (POINTER, INLINE, ALLOC)
        case _:
            pass
    return read_word(member, "storage", words) if isinstance(member, Field) else words[0]


def is_reached_by_pointer(member: MemberDefinition) -> bool:
    """Whether `->` comes before the members of a struct."""
    return isinstance(member.type, StructType) and find_storage(member) != INLINE
