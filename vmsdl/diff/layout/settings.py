"""Locals and properties: what they are known to be, and what is taken to be equal on both ends."""

from collections.abc import Iterator, Mapping

from vmsdl.diff.layout.nodes import MOST_ELEMENTS
from vmsdl.diff.matching.fields import Pairing, Side, find_counterpart, match_fields
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import FieldPath, make_literal
from vmsdl.expr.nodes import (
    Expr,
    Item,
    Member,
    ReceiverValue,
    Select,
    StructValue,
    SubsectionValue,
)
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Description, Field, Property, Schema
from vmsdl.schema.members import SettableMember, find_settable_members
from vmsdl.schema.traverse import find_struct
from vmsdl.schema.types import Array, EnumType, ListType, Scalar, Type
from vmsdl.schema.value_types import find_value_type

Settings = Mapping[tuple[str, ...], Expr]


def find_shared_settings(one: Side, other: Side, machine: str | None) -> tuple[Settings, Settings]:
    """What each side's configuration is known to be, by description and member.

    Where both have it with one default, it is whatever it is, the same on both ends. Where the
    defaults differ, each has its own. What machine types of both set is as they set it. What the
    second side alone has is at its default, but where a machine type may set it.
    """
    first = collect_settings(one.schema, machine)
    second = collect_settings(other.schema, machine)
    called = _called(one, other)
    here = {(d.name, m.name): m for d in _bodies(one.schema) for m in find_settable_members(d)}
    there = {
        (called.get(d.name, d.name), m.name): ((d.name, m.name), m)
        for d in _bodies(other.schema)
        for m in find_settable_members(d)
    }
    for key, mine in here.items():
        own, yours = there.get(key, (key, None))
        if key in first or own in second:
            # A machine that sets it on one side leaves the other at its default.
            _put(first, key, mine, one.schema)
            if yours is not None:
                _put(second, own, yours, other.schema)
        elif yours is None:
            if machine is None:
                _put_agreed(first, key, one.schema, other.schema)
        elif machine is None and find_set_by_both(one.schema, other.schema, key, own):
            pass
        elif find_default(mine, one.schema) != find_default(yours, other.schema):
            _put(first, key, mine, one.schema)
            _put(second, own, yours, other.schema)
    open_ = frozenset() if machine is not None else find_settable_paths(other.schema)
    for key, (own, yours) in there.items():
        if key not in here and own not in open_:
            _put(second, own, yours, other.schema)
        elif key not in here:
            _put_agreed(second, own, other.schema, one.schema)
    return first, second


def find_settable_paths(schema: Schema) -> frozenset[tuple[str, ...]]:
    """What some machine type sets."""
    machines = schema.machines.values()
    return frozenset(setting.path for machine in machines for setting in machine.settings)


def _put_agreed(
    found: dict[tuple[str, ...], Expr], path: tuple[str, str], schema: Schema, other: Schema
) -> None:
    """What one side alone has: where all machine types of both set it alike, it is that."""
    values = {
        find_value_on_machine(schema, name, path)
        for name in find_set_by_both(schema, other, path, path)
    }
    if len(values) == 1 and (value := values.pop()) is not None:
        found[path] = value


def find_set_by_both(
    one: Schema, other: Schema, path: tuple[str, ...], own: tuple[str, ...]
) -> list[str]:
    """The machine types of both, where one of them sets it on either side."""
    if path not in find_settable_paths(one) and own not in find_settable_paths(other):
        return []
    return [name for name in one.machines if name in other.machines]


def find_differing_machines(
    one: Schema, other: Schema, path: tuple[str, str], own: tuple[str, str]
) -> list[str]:
    """The machine types of both on which it has another value there."""
    return [
        name
        for name in find_set_by_both(one, other, path, own)
        if find_value_on_machine(one, name, path) != find_value_on_machine(other, name, own)
    ]


def are_alike(one: Schema, other: Schema) -> bool:
    """What both have is the same on each machine type of both."""
    paths = {
        (body.name, member.name) for body in _bodies(one) for member in find_settable_members(body)
    } & {
        (body.name, member.name)
        for body in _bodies(other)
        for member in find_settable_members(body)
    }
    return not any(find_differing_machines(one, other, path, path) for path in paths)


def _called(one: Side, other: Side) -> dict[str, str]:
    """What a description of the other side is called here, where that is not the same."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(one.description, other.description)]
    while waiting:
        mine, yours = waiting.pop()
        if mine.name != yours.name:
            found[yours.name] = mine.name
        known = match_fields(mine, yours)
        fields = {field.name: field for field in mine.fields}
        for field in yours.fields:
            before = find_struct(fields[known[field.name]].type) if field.name in known else None
            after = find_struct(field.type)
            if before is None or after is None or (before.name, after.name) in seen:
                continue
            seen.add((before.name, after.name))
            inner = one.schema.descriptions[before.name], other.schema.descriptions[after.name]
            waiting.append(inner)
        for sub in yours.subsections:
            match_ = find_counterpart(sub, yours, mine)
            if match_ is not None:
                waiting.append((match_, sub))
    return found


def _put(
    found: dict[tuple[str, ...], Expr], key: tuple[str, ...], member: SettableMember, schema: Schema
) -> None:
    if key not in found:
        value = find_default(member, schema)
        if value is not None:
            found[key] = make_literal(value)


def find_default(member: SettableMember | Field, schema: Schema) -> int | bool | None:
    """What it is where nothing gives it another value; None: it is no constant number."""
    if member.default is not None:
        value = fold_constant(member.default)
        if value is not None and isinstance(member.type, Scalar) and member.type.is_bool:
            return bool(value)
        return value
    match member.type:
        case Scalar(row=row):
            return bool(row.zero) if row.is_bool else row.zero
        case EnumType(name=name):
            return schema.enums[name].zero
        case _:
            return None


def find_value_on_machine(
    schema: Schema, machine: str | None, path: tuple[str, str]
) -> Expr | None:
    """What a machine type has there: what it sets, or the default; None: that is not constant."""
    setting = collect_settings(schema, machine).get(path)
    if setting is not None:
        return setting
    for body in _bodies(schema):
        for member in find_settable_members(body):
            if (body.name, member.name) == path:
                value = find_default(member, schema)
                return None if value is None else make_literal(value)
    return None


def find_property(side: Side, key: FieldPath) -> tuple[str, str] | None:
    """The description and the name of the local or property that stands at a place."""
    body = side.description
    for part in key:
        if isinstance(part, int):
            continue
        sub = next((each for each in body.subsections if each.name == part), None)
        field = next((each for each in body.fields if each.name == part), None)
        struct = None if field is None else find_struct(field.type)
        if sub is not None:
            body = sub
        elif struct is not None:
            body = side.schema.descriptions[struct.name]
        else:
            is_known = part in {member.name for member in find_settable_members(body)}
            return (body.name, part) if is_known else None
    return None


def collect_settings(schema: Schema, machine: str | None) -> dict[tuple[str, ...], Expr]:
    """What a machine type and those it builds on set; a nearer one wins."""
    found: dict[tuple[str, ...], Expr] = {}
    seen: set[str] = set()
    while machine is not None and machine in schema.machines and machine not in seen:
        seen.add(machine)
        current = schema.machines[machine]
        for setting in current.settings:
            value = fold_constant(setting.value)
            if value is not None and len(setting.path) == 2 and setting.path not in found:
                found[setting.path] = make_literal(value)
        machine = current.extends
    return found


def _bodies(schema: Schema) -> Iterator[Description]:
    stack = list(schema.descriptions.values())
    while stack:
        one = stack.pop()
        yield one
        stack += one.subsections


def find_known_paths(receiver: Side, pairing: Pairing) -> Iterator[tuple[FieldPath, Expr | None]]:
    """Each local and property of the receiver as the sender says it; None: just as it does."""
    open_ = find_settable_paths(receiver.schema)
    for key, member, type_ in _known(receiver.schema, receiver.description, ()):
        other = pairing.counterpart(key)
        if other is not None and is_apart(receiver, pairing.there, key, other):
            yield key, _receivers(key, type_, receiver.schema)
        elif other == key:
            yield key, None
        elif other is not None:
            yield key, _expression(other, find_value_type(type_, receiver.schema))
        elif find_property(receiver, key) in open_:
            yield key, _receivers(key, type_, receiver.schema)
        elif not isinstance(member, Property):
            value = find_default(member, receiver.schema)
            if value is not None:
                yield key, make_literal(value)


def is_apart(receiver: Side, sender: Side, key: FieldPath, other: FieldPath) -> bool | None:
    """Some machine type of both sets it otherwise than the other side does; None: none sets it, and
    its defaults tell."""
    own, path = find_property(receiver, key), find_property(sender, other)
    if own is None or path is None:
        return None
    if not find_set_by_both(sender.schema, receiver.schema, path, own):
        return None
    return bool(find_differing_machines(sender.schema, receiver.schema, path, own))


def _receivers(key: FieldPath, type_: Type, schema: Schema) -> Expr:
    """What the receiver has there, whatever the sender has."""
    return ReceiverValue(type=find_value_type(type_, schema), path=key)


def find_reset_values(side: Side) -> dict[FieldPath, int | bool]:
    """The defaults of locals and properties, by their places."""
    return {
        key: value
        for key, member, _ in _known(side.schema, side.description, ())
        if (value := find_default(member, side.schema)) is not None
    }


def _known(
    schema: Schema, d: Description, key: FieldPath, depth: int = 0, in_list: bool = False
) -> Iterator[tuple[FieldPath, SettableMember, Type]]:
    for member in find_settable_members(d):
        yield (*key, member.name), member, member.type
    if depth > 100:
        return
    for field in d.fields:
        struct = find_struct(field.type)
        if struct is None:
            continue
        inner = schema.descriptions[struct.name]
        keys: list[FieldPath] = [(*key, field.name)]
        type_ = field.type
        while isinstance(type_, Array):
            count = fold_constant(type_.count)
            if count is None or not 0 <= count <= 32:
                break
            keys = [(*each, i) for each in keys for i in range(count)]
            type_ = type_.element
        is_list = False
        if isinstance(type_, ListType | Array) and not in_list:
            # As many elements as are laid out; lists in them are not.
            is_list = True
            keys = [(*each, i) for each in keys for i in range(MOST_ELEMENTS)]
            type_ = type_.element
        if type_ == struct:
            for each in keys:
                yield from _known(schema, inner, each, depth + 1, in_list or is_list)
    for sub in d.subsections:
        yield from _known(schema, sub, (*key, sub.name), depth + 1, in_list)


def _expression(key: FieldPath, type_: object) -> Expr:
    e: Expr | None = None
    for i, part in enumerate(key):
        last = i == len(key) - 1
        kind = (
            type_ if last else (StructValue("") if isinstance(part, str) else SubsectionValue(()))
        )
        if isinstance(part, int):
            assert e is not None
            e = Item(type=kind, value=e, index=make_literal(part))  # type: ignore[arg-type]
        elif e is None:
            e = Member(type=kind, up=0, name=part)  # type: ignore[arg-type]
        else:
            e = Select(type=kind, value=e, name=part)  # type: ignore[arg-type]
    assert e is not None
    return e


def describe_default(member: SettableMember | Field, schema: Schema) -> str:
    value = find_default(member, schema)
    match member.type:
        case _ if value is None:
            return "0" if member.default is None else unparse(member.default)
        case EnumType(name=name) if not schema.enums[name].is_flags:
            arms = (arm.name for arm in schema.enums[name].arms if arm.value == value)
            return f"{name}.{next(arms, value)}"
        case _:
            return str(value).lower() if isinstance(value, bool) else str(value)
