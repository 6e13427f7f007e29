"""Between a state and the plain JSON form that `to_dict` of a generated class gives."""

import math
import struct
from typing import Any, assert_never

from tests.support.interpreter.evaluate import Body, Scope, State
from tests.support.interpreter.states import default, is_buffer, scope, settings
from vmsdl.schema.description import Description, Schema
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


def to_json(schema: Schema, description: Description, state: State) -> dict[str, Any]:
    """Locals and properties are left out, and so is what is absent (None)."""
    values = {
        field.name: value_to_json(schema, field.type, state[field.name])
        for field in description.fields
        if state[field.name] is not None
    }
    for subsection in description.subsections:
        inner = state.get(subsection.name)
        if inner is not None:
            values[subsection.name] = to_json(schema, subsection, inner)
    return values


def value_to_json(schema: Schema, type_: Type, value: Any) -> Any:
    match type_:
        case Scalar(is_float=True, row=row):
            return value if math.isfinite(value) else struct.pack(">" + row.code, value).hex()
        case Scalar():
            return value
        case EnumType(name=name):
            definition = schema.enums[name]
            if not definition.is_flags:
                return next(member.name for member in definition.members if member.value == value)
            return "|".join(member.name for member in definition.members if member.value & value)
        case Bytes() | Blob() | Opaque():
            return value.hex()
        case Bitmap():
            return hex(value)
        case StructType(name=name):
            return to_json(schema, schema.descriptions[name], value)
        case ListType(element=element):
            return [value_to_json(schema, element, item) for item in value]
        case MapType(key=None, value=of):
            return [[key, value_to_json(schema, of, value[key])] for key in sorted(value)]
        case MapType(key=key_type, value=of):
            assert key_type is not None
            return [
                [value_to_json(schema, key_type, key), value_to_json(schema, of, item)]
                for key, item in value
            ]
        case Array(element=element):
            if is_buffer(type_):
                return value.hex()
            return [
                None if item is None else value_to_json(schema, element, item) for item in value
            ]
    assert_never(type_)


def from_json(
    schema: Schema,
    description: Description,
    values: dict[str, Any],
    given: State | None = None,
    owners: tuple[Body, ...] = (),
) -> State:
    """A state; a field that is not named holds its default or zero."""
    state = settings(schema, description, given or {}, owners)
    here = scope(schema, description, state, owners, description.version_id)
    names = {field.name for field in description.fields}
    names |= {subsection.name for subsection in description.subsections}
    unknown = set(values) - names
    if unknown:
        raise ValueError(f"{description.name} has no {sorted(unknown)}")
    for field in description.fields:
        if field.name in values:
            state[field.name] = value_from_json(field.type, values[field.name], here)
        else:
            state[field.name] = default(field, here)
    for subsection in description.subsections:
        if subsection.name in values:
            inner = values[subsection.name]
            state[subsection.name] = from_json(schema, subsection, inner, None, here.bodies)
    return state


def value_from_json(type_: Type, value: Any, here: Scope) -> Any:
    schema = here.schema
    match type_:
        case Scalar(is_float=True, row=row):
            if isinstance(value, str):
                return struct.unpack(">" + row.code, bytes.fromhex(value))[0]
            return float(value)
        case Scalar():
            return value
        case EnumType(name=name):
            members = {member.name: member.value for member in schema.enums[name].members}
            total = 0
            for word in value.split("|") if value else ():
                total |= members[word]
            return total
        case Bytes() | Blob() | Opaque():
            return bytes.fromhex(value)
        case Bitmap():
            return int(value, 16)
        case StructType(name=name):
            return from_json(schema, schema.descriptions[name], value)
        case ListType(element=element):
            return [value_from_json(element, item, here) for item in value]
        case MapType(key=None, value=of):
            return {key: value_from_json(of, item, here) for key, item in value}
        case MapType(key=key_type, value=of):
            assert key_type is not None
            return [
                (value_from_json(key_type, key, here), value_from_json(of, item, here))
                for key, item in value
            ]
        case Array(element=element):
            if is_buffer(type_):
                return bytes.fromhex(value)
            return [
                None if item is None else value_from_json(element, item, here) for item in value
            ]
    assert_never(type_)
