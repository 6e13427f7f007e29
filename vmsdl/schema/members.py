"""The members of a description that expressions may name."""

from typing import TypeAlias

from vmsdl.schema.description import Description, Field, Local, Property
from vmsdl.schema.types import Type

SettableMember: TypeAlias = Local | Property


def find_settable_members(description: Description) -> tuple[SettableMember, ...]:
    """What both sides know and never send."""
    return (*description.locals, *description.properties)


def find_member_names(description: Description) -> tuple[str, ...]:
    """Every name of a body that is an attribute in the end, in order."""
    known = [member.name for member in find_settable_members(description)]
    fields = [member.name for member in description.fields]
    return (*known, *fields, *(s.name for s in description.subsections))


def find_member_type(description: Description, name: str) -> Type | None:
    """The type of a local, property or field; None for a subsection."""
    values: tuple[SettableMember | Field, ...] = (
        *find_settable_members(description),
        *description.fields,
    )
    return next((member.type for member in values if member.name == name), None)
