"""The types of C as one file sees them: integers through typedefs, structs, sizes, offsets."""

from dataclasses import replace

from vmsdl.csource.integers import IntegerType, name_integer
from vmsdl.csource.program import Program
from vmsdl.csource.struct_records import Struct, StructMember
from vmsdl.csource.structs import find_offset, measure
from vmsdl.csource.unit import Unit
from vmsdl.csource.values import CType
from vmsdl.records import dataclass

_SIZES = (1, 2, 4, 8)
POINTER = 8


@dataclass(frozen=True, slots=True)
class Types:
    program: Program
    unit: Unit

    def find_integer(self, type_: CType) -> IntegerType | None:
        """The integer that a type is; None where it is none."""
        kind = name_integer(self._resolve(type_))
        if kind is not None and type_.bits is not None:
            return IntegerType(type_.bits, kind.is_signed)
        return kind

    def _resolve(self, type_: CType) -> tuple[str, ...]:
        """The words of an integer type through typedefs."""
        if type_.pointers or type_.lengths or not type_.words:
            return ()
        if name_integer(type_.words) is not None:
            return type_.words
        if self.program.is_enum(type_.words[-1], self.unit):
            return ("unsigned", "int")
        size = self.program.measure_type(type_.words, self.unit)
        found = self.program.resolve(type_.words, self.unit)
        if not isinstance(found, int) or size not in _SIZES:
            return ()
        sign = "" if self.program.is_signed(type_.words, self.unit) else "u"
        return (f"{sign}int{size * 8}_t",)

    def open_typedef(self, type_: CType) -> CType:
        """A typedef of an array or a pointer as what it is."""
        if type_.pointers or not type_.words or name_integer(type_.words) is not None:
            return type_
        meaning = self.program.resolve(type_.words, self.unit)
        if not isinstance(meaning, CType):
            return type_
        return replace(
            type_,
            words=meaning.words,
            pointers=meaning.pointers,
            lengths=(*type_.lengths, *meaning.lengths),
        )

    def find_struct(self, type_: CType) -> Struct | None:
        """The struct that a type names, pointers and lengths aside."""
        if isinstance(type_.inner, Struct):
            return type_.inner
        return self.program.find_struct(type_.words[-1], self.unit) if type_.words else None

    def find_member(self, type_: CType, name: str) -> CType | None:
        """The type of a member; None where it is not known."""
        struct = self.find_struct(type_)
        member = None if struct is None else struct.members.get(name)
        return None if member is None else self.read_member_type(member)

    def read_member_type(self, member: StructMember) -> CType:
        words = ("unsigned", "int") if member.is_enum else member.type.words
        return self.open_typedef(replace(member.type, words=words, inner=member.inner))

    def is_aggregate(self, type_: CType) -> bool:
        """An array or a struct: of one, C passes the place."""
        return bool(type_.lengths) or (not type_.pointers and self.find_struct(type_) is not None)

    def measure(self, type_: CType) -> int | None:
        inner = type_.inner if isinstance(type_.inner, Struct) else None
        found = measure(self.program, type_, inner, inner.unit if inner else self.unit)
        return None if found is None else found[0]

    def find_offset(self, type_: CType, name: str) -> int | None:
        struct = self.find_struct(type_)
        return None if struct is None else find_offset(self.program, struct, name)

    def find_first_members(self, outer: str, inner: str) -> tuple[str, ...] | None:
        return find_first_members(self.program, outer, inner, self.unit)


def find_first_members(
    program: Program, outer: str, inner: str, unit: Unit
) -> tuple[str, ...] | None:
    """The first members that lead from a struct to the struct of another type at its beginning."""
    path: list[str] = []
    current = outer
    for _ in range(16):
        struct = program.find_struct(current, unit)
        if struct is None or not struct.layout or struct.layout[0].type.pointers:
            return None
        first = struct.layout[0]
        path.append(first.name)
        current = first.type.words[-1] if first.type.words else ""
        if current == inner:
            return tuple(path)
    return None


def strip_lengths(type_: CType) -> CType:
    """The type of an element of an array, or of what a pointer points to."""
    if type_.lengths:
        return replace(type_, lengths=type_.lengths[1:])
    return replace(type_, pointers=max(type_.pointers - 1, 0), bits=None)


def point_to(type_: CType) -> CType:
    """A pointer to what is of this type; of an array, to its first element."""
    if type_.lengths:
        return replace(type_, pointers=type_.pointers + 1, lengths=type_.lengths[1:])
    return replace(type_, pointers=type_.pointers + 1)
