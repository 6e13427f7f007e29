"""From a field, local or property to the value that it begins with, as a schema writes it."""

from vmsdl.diff.configuration import default_of
from vmsdl.diff.wording import words
from vmsdl.schema.description import Field, Schema
from vmsdl.schema.types import EnumType
from vmsdl.wire.members import Known


def default_words(member: Known | Field, schema: Schema) -> str:
    value = default_of(member, schema)
    match member.type:
        case _ if value is None:
            return "0" if member.default is None else words(member.default)
        case EnumType(name=name) if not schema.enums[name].is_flags:
            arms = (arm.name for arm in schema.enums[name].arms if arm.value == value)
            return f"{name}.{next(arms, value)}"
        case _:
            return str(value).lower() if isinstance(value, bool) else str(value)
