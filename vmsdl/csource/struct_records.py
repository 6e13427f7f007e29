"""A struct of C, as it is declared: its members in order, and by name."""

from dataclasses import field

from vmsdl.csource.unit import Unit
from vmsdl.csource.values import CType
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class StructMember:
    """`inner`: the struct that is declared in place. A member without a name has the name ""."""

    name: str
    type: CType
    inner: "Struct | None" = None
    is_enum: bool = False


@dataclass(slots=True)
class Struct:
    """`members` are all that can be named, those of structs without names included."""

    unit: Unit
    layout: tuple[StructMember, ...]
    is_union: bool = False
    is_packed: bool = False
    members: dict[str, StructMember] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for member in self.layout:
            if not member.name and member.inner is not None:
                self.members.update(member.inner.members)
            elif member.name:
                self.members[member.name] = member
