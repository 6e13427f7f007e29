"""From a schema to new objects: settings, defaults and zeros, each as its turn comes."""

from dataclasses import replace
from typing import Any, assert_never

from tests.support.interpreter.evaluate import Body, CannotEvaluate, Scope, State, evaluate
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.schema.description import Description, Field, Local, Property, Schema
from vmsdl.schema.scalars import SCALARS
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

MOST = 1 << 14  # elements that took no bytes
MOST_ZEROS = 1 << 24


class TooMuch(Exception):
    """More than any test has a use for; a codec refuses it as `limit`, at a measure of its own."""


def fresh(
    schema: Schema,
    description: Description,
    given: State | None = None,
    owners: tuple[Body, ...] = (),
) -> State:
    """A new object: its settings, every field at its default or zero, no subsection."""
    state = settings(schema, description, given or {}, owners)
    here = scope(schema, description, state, owners, description.version_id)
    for field in description.fields:
        state[field.name] = default(field, here)
    return state


def settings(
    schema: Schema, description: Description, given: State, owners: tuple[Body, ...] = ()
) -> State:
    """What is never sent, and the absence of every subsection; `given` wins over defaults."""
    state: State = {subsection.name: None for subsection in description.subsections}
    here = scope(schema, description, state, owners, description.version_id)
    declared: tuple[Property | Local, ...] = (*description.properties, *description.locals)
    for item in declared:
        if item.name in given:
            state[item.name] = given[item.name]
        elif item.default is not None:
            state[item.name] = converted(item.type, evaluate(item.default, here))
        else:
            state[item.name] = zero(item.type, here)
    return state


def machine_settings(schema: Schema, machine: str, name: str) -> State:
    """The properties of one device or struct itself on a machine type: what it extends first."""
    chosen = schema.machines[machine]
    own = machine_settings(schema, chosen.extends, name) if chosen.extends else {}
    nothing = Scope(schema, (), 0)
    for setting in chosen.settings:
        if setting.path[:-1] == (name,):
            own[setting.path[-1]] = evaluate(setting.value, nothing)
    return own


def scope(
    schema: Schema,
    description: Description,
    state: State,
    owners: tuple[Body, ...],
    version: int,
) -> Scope:
    return Scope(
        schema,
        (Body(description, state), *owners),
        version,
        absent_subsection=lambda sub, at: fresh(at.schema, sub, owners=at.bodies),
        absent_value=zero,
    )


def default(field: Field, here: Scope) -> Any:
    """What an absent field holds where no object was loaded into."""
    if field.default is not None:
        return converted(field.type, evaluate(field.default, here))
    if isinstance(field.condition, Extern):
        return None
    return zero(field.type, here, field)


def converted(type_: Type, value: Any) -> Any:
    return float(value) if isinstance(type_, Scalar) and type_.is_float else value


def given(field: Field, here: Scope, index: int) -> State:
    """The settings that `with` gives to element `index` of a field."""
    return {name: evaluate(value, replace(here, index=index)) for name, value in field.bindings}


def zero(type_: Type, here: Scope, field: Field | None = None, index: int = 0) -> Any:
    """The zero of a type; its lengths are evaluated here and now."""
    match type_:
        case Scalar(name="bool"):
            return False
        case Scalar(is_float=True):
            return 0.0
        case Scalar(name=name):
            return SCALARS[name].zero
        case EnumType(name=name):
            return here.schema.enums[name].zero
        case Bytes(length=length):
            return bytes(affordable(size(length, here)))
        case Opaque(length=None) | Blob():
            return b""
        case Opaque(length=length):
            assert length is not None
            return bytes(affordable(size(length, here)))
        case Bitmap():
            return 0
        case StructType(name=name):
            description = here.schema.descriptions[name]
            return fresh(here.schema, description, given(field, here, index) if field else {})
        case ListType():
            return []
        case MapType(key=key):
            return {} if key is None else []
        case Array(element=element, count=count, nullable=nullable):
            number = affordable(size(count, here) << 6) >> 6
            if nullable:
                return [None] * number
            if is_buffer(type_):
                return bytes(number)
            first = index * number
            return [zero(element, here, field, first + i) for i in range(number)]
    assert_never(type_)


def affordable(count: int) -> int:
    """No zero is longer than this: who reads hostile bytes must not believe them."""
    if count > MOST_ZEROS:
        raise TooMuch
    return count


def is_buffer(type_: Type) -> bool:
    """u8[n], which is held as bytes."""
    return isinstance(type_, Array) and type_.element == Scalar("u8") and not type_.nullable


def size(expression: Expr, here: Scope) -> int:
    """A count or length: never negative."""
    value: int = evaluate(expression, here)
    if value < 0:
        raise CannotEvaluate(f"a length of {value}")
    return value
