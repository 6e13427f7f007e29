"""Locals and properties: the values that they are known to have on each side.

They are not on the wire. QEMU sets properties by machine type (`hw_compat_*` in
`hw/core/machine.c`), and a machine migrates to one of the same type.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial

from vmsdl.diff.layout.nodes import MOST_ELEMENTS
from vmsdl.diff.matching.fields import Pairing, Side, find_counterpart, match_fields
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import FieldPath, find_path, make_literal, map_places
from vmsdl.expr.nodes import (
    Expr,
    Item,
    Let,
    Member,
    ReceiverValue,
    Select,
    StructValue,
    SubsectionValue,
    ValueType,
)
from vmsdl.expr.text import unparse
from vmsdl.records import dataclass
from vmsdl.schema.description import Check, Description, Field, Property, Schema
from vmsdl.schema.members import SettableMember, find_settable_members
from vmsdl.schema.traverse import (
    find_embedded_structs,
    find_reachable,
    find_struct,
    find_structs,
)
from vmsdl.schema.types import Array, EnumType, ListType, Scalar, Type
from vmsdl.schema.value_types import find_value_type

_DEEPEST = 100  # structs in structs
_MOST_OF_ARRAY = 32  # elements whose members are found one by one
Settings = Mapping[tuple[str, ...], Expr]  # by description and name


@dataclass(frozen=True, slots=True)
class MachinePair:
    """What is known of the two machines between which state moves.

    `machine`: the machine type of both. It gives each property a value, or leaves it at its
    default. Only a property that both sides have, with one default, and that no machine type sets,
    has any value, the same on both: whoever starts the machine sets it.

    Without a machine type each property has any value. What both sides have with one default has
    the same value on both.

    `takes_defaults`: on a machine type every property that it does not set has its default; without
    one, those that the two sides do not share have it.
    """

    machine: str | None = None
    takes_defaults: bool = False


def find_shared_settings(
    one: Side, other: Side, machines: MachinePair
) -> tuple[Settings, Settings]:
    """The values that locals and properties of each side are known to have."""
    machine = machines.machine
    first = dict(collect_settings(one.schema, machine))
    second = dict(collect_settings(other.schema, machine))
    names = _find_names_in_first(one, other)
    members = _index_members(one)
    # By their paths on the first side: the path on the second side, and the member there.
    others = {
        (names.get(path[0], path[0]), path[1]): (path, member)
        for path, member in _index_members(other).items()
    }
    settable = find_settable_paths(one.schema), find_settable_paths(other.schema)
    for path, member in members.items():
        other_path, other_member = others.get(path, (path, None))
        if other_member is None:
            is_fixed = machine is not None and isinstance(member, Property)
        elif path in settable[0] or other_path in settable[1]:
            is_fixed = machine is not None
        elif find_default(member, one.schema) != find_default(other_member, other.schema):
            is_property = isinstance(member, Property)
            is_fixed = not is_property or machine is not None or machines.takes_defaults
        else:
            is_fixed = (
                machine is not None and machines.takes_defaults and isinstance(member, Property)
            )
        if is_fixed:
            _set_default(first, path, member, one.schema)
            if other_member is not None:
                _set_default(second, other_path, other_member, other.schema)
    for path, (other_path, other_member) in others.items():
        if path in members:
            continue
        is_settable = other_path in settable[1]
        if (
            machine is not None
            or not isinstance(other_member, Property)
            or (machines.takes_defaults and not is_settable)
        ):
            _set_default(second, other_path, other_member, other.schema)
    return first, second


def find_own_settings(side: Side, machine: str | None) -> Settings:
    """The values of the properties of a device that the other side does not have."""
    found = dict(collect_settings(side.schema, machine))
    if machine is not None:
        for path, member in _index_members(side).items():
            if isinstance(member, Property):
                _set_default(found, path, member, side.schema)
    return found


def _index_members(side: Side) -> dict[tuple[str, str], SettableMember]:
    """The locals and properties of a device and all that it embeds, by description and name."""
    return {
        (body.name, member.name): member
        for body in find_reachable(side.schema, side.description)
        for member in find_settable_members(body)
    }


def find_properties(side: Side) -> dict[tuple[str, str], int | bool | None]:
    """The defaults of the properties of a device and all that it embeds."""
    return {
        path: find_default(member, side.schema)
        for path, member in _index_members(side).items()
        if isinstance(member, Property)
    }


def has_properties(side: Side) -> bool:
    """Whether a device, or anything that it embeds, has one."""
    return any(body.properties for body in find_reachable(side.schema, side.description))


def _set_default(
    settings: dict[tuple[str, ...], Expr],
    path: tuple[str, ...],
    member: SettableMember,
    schema: Schema,
) -> None:
    if path not in settings and path not in _find_unclear_paths(schema):
        value = find_default(member, schema)
        if value is not None:
            settings[path] = make_literal(value)


def _find_names_in_first(one: Side, other: Side) -> dict[str, str]:
    """Descriptions of the second side that have another name on the first side, with that name."""
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(one.description, other.description)]
    while waiting:
        first, second = waiting.pop()
        if first.name != second.name:
            found[second.name] = first.name
        matched = match_fields(first, second)
        fields = {field.name: field for field in first.fields}
        for field in second.fields:
            before = None
            if field.name in matched:
                before = find_struct(fields[matched[field.name]].type)
            after = find_struct(field.type)
            if before is None or after is None or (before.name, after.name) in seen:
                continue
            seen.add((before.name, after.name))
            inner = one.schema.descriptions[before.name], other.schema.descriptions[after.name]
            waiting.append(inner)
        for sub in second.subsections:
            counterpart = find_counterpart(sub, second, first)
            if counterpart is not None:
                waiting.append((counterpart, sub))
    return found


# Machine types ----------------------------------------------------------------------------------


def find_settable_paths(schema: Schema) -> frozenset[tuple[str, ...]]:
    """What some machine type sets."""
    found = {
        _resolve_path(schema, setting.path)
        for machine in schema.machines.values()
        for setting in machine.settings
    }
    return frozenset(found)


def _resolve_path(schema: Schema, path: tuple[str, ...]) -> tuple[str, ...]:
    """A property by description and name: `card.inner.x` is the `x` of the struct of `inner`."""
    body, *between, name = path
    for part in between:
        field = _find_field(schema, body, part)
        struct = None if field is None else find_struct(field.type)
        if struct is None:
            return path
        body = struct.name
    return (body, name)


def _find_field(schema: Schema, body: str, name: str) -> Field | None:
    description = schema.descriptions.get(body)
    fields = () if description is None else description.fields
    return next((field for field in fields if field.name == name), None)


def _find_unclear_paths(schema: Schema) -> set[tuple[str, ...]]:
    """Properties that a machine type sets in one place of a struct that has several places."""
    nested = [
        _resolve_path(schema, setting.path)
        for machine in schema.machines.values()
        for setting in machine.settings
        if len(setting.path) > 2
    ]
    if not nested:
        return set()
    places = [
        struct.name
        for body in _find_bodies(schema)
        for field in body.fields
        for struct in find_structs(field.type)
    ]
    return {path for path in nested if places.count(path[0]) != 1}


def find_shared_machines(one: Schema, other: Schema) -> list[str]:
    """The machine types that both versions declare, in the order of the first."""
    return [name for name in one.machines if name in other.machines]


def find_differing_machines(
    one: Schema, other: Schema, path: tuple[str, str], other_path: tuple[str, str]
) -> list[str]:
    """The machine types of both sides on which the member has two values, where one sets it."""
    if path not in find_settable_paths(one) and other_path not in find_settable_paths(other):
        return []
    return [
        name
        for name in find_shared_machines(one, other)
        if find_value_on_machine(one, name, path) != find_value_on_machine(other, name, other_path)
    ]


def find_default(member: SettableMember | Field, schema: Schema) -> int | bool | None:
    """The value where nothing sets another one; None: it is no constant number."""
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


def find_field(side: Side, path: FieldPath) -> Field | None:
    """The field at a place; None: the place is an element, or no field."""
    body: Description | None = side.description
    found: Field | None = None
    for part in path:
        if isinstance(part, int):
            continue
        if body is None:
            return None
        sub = next((each for each in body.subsections if each.name == part), None)
        if sub is not None:
            body = sub
            continue
        found = next((each for each in body.fields if each.name == part), None)
        struct = None if found is None else find_struct(found.type)
        body = None if struct is None else side.schema.descriptions.get(struct.name)
    return found if found is not None and body is None and not isinstance(path[-1], int) else None


def find_value_on_machine(
    schema: Schema, machine: str | None, path: tuple[str, str]
) -> Expr | None:
    """The value on a machine type: what it sets, or the default; None: it is not constant."""
    setting = collect_settings(schema, machine).get(path)
    if setting is not None:
        return setting
    for body in _find_bodies(schema):
        for member in find_settable_members(body):
            if (body.name, member.name) == path:
                value = find_default(member, schema)
                return None if value is None else make_literal(value)
    return None


def find_property(side: Side, key: FieldPath) -> tuple[str, str] | None:
    """The local or property at a place, by description and name; None: it is none."""
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


def collect_settings(schema: Schema, machine: str | None) -> Mapping[tuple[str, ...], Expr]:
    """What a machine type and those that it extends set; the nearest one counts."""
    found: dict[tuple[str, ...], Expr] = {}
    unclear = _find_unclear_paths(schema)
    seen: set[str] = set()
    while machine is not None and machine in schema.machines and machine not in seen:
        seen.add(machine)
        current = schema.machines[machine]
        for setting in current.settings:
            path = _resolve_path(schema, setting.path)
            value = fold_constant(setting.value)
            if value is not None and path not in unclear:
                found.setdefault(path, make_literal(value))
        machine = current.extends
    return found


def _find_bodies(schema: Schema) -> Iterator[Description]:
    stack = list(schema.descriptions.values())
    while stack:
        one = stack.pop()
        yield one
        stack += one.subsections


# The receiver in terms of the sender -------------------------------------------------------------


def find_known_paths(receiver: Side, pairing: Pairing) -> Iterator[tuple[FieldPath, Expr | None]]:
    """Each local and property of the receiver in terms of the sender; None: the same expression.

    What has a value of its own at the receiver is a `ReceiverValue`.
    """
    for path, member, type_ in _find_members(receiver):
        other = pairing.counterpart(path)
        value_type = find_value_type(type_, receiver.schema)
        if other is None and not isinstance(member, Property):
            value = find_default(member, receiver.schema)
            if value is not None:
                yield path, make_literal(value)
        elif other is None or (
            isinstance(member, Property) and _has_own_value(receiver, pairing.there, path, other)
        ):
            yield path, ReceiverValue(type=value_type, path=path)
        elif other == path:
            yield path, None
        else:
            yield path, _make_expression(other, value_type)


def _has_own_value(receiver: Side, sender: Side, path: FieldPath, other_path: FieldPath) -> bool:
    """Both sides have it, with two defaults, and no machine type says more."""
    own, other = find_property(receiver, path), find_property(sender, other_path)
    if own is None or other is None:
        return False
    if own in find_settable_paths(receiver.schema) or other in find_settable_paths(sender.schema):
        return False
    return _find_default_of(receiver, own) != _find_default_of(sender, other)


def _find_default_of(side: Side, path: tuple[str, str]) -> int | bool | None:
    member = _index_members(side).get(path)
    return None if member is None else find_default(member, side.schema)


def find_reset_values(side: Side) -> dict[FieldPath, int | bool]:
    """The defaults of locals and properties, by their places."""
    return {
        path: value
        for path, member, _ in _find_members(side)
        if (value := find_default(member, side.schema)) is not None
    }


def find_guarantees(side: Side, *, is_receiver: bool = False) -> Iterator[Expr]:
    """What a side's program guarantees of its locals and properties: their `where`.

    `is_receiver`: of the values that a receiver has, which need not be the sender's.
    """
    for path, member, _ in _find_members(side):
        for check in member.checks:
            places = {place: _find_place(place, path[:-1]) for place in _collect_places(check)}
            if None not in places.values():
                yield map_places(
                    check.condition, partial(_read_place, places=places, is_receiver=is_receiver)
                )


def _collect_places(check: Check) -> list[Expr]:
    found: list[Expr] = []

    def note(place: Expr) -> Expr:
        found.append(place)
        return place

    map_places(check.condition, note)
    return found


def _find_place(place: Expr, owner: FieldPath) -> FieldPath | None:
    """A place that a member of the body at `owner` reads, as one of the top body."""
    path = find_path(place)
    root = place
    while isinstance(root, Select | Item | Let):
        root = root.value
    if path is None or not isinstance(root, Member):
        return None
    return (*owner[: len(owner) - root.up], *path)


def _read_place(place: Expr, places: Mapping[Expr, FieldPath | None], *, is_receiver: bool) -> Expr:
    path = places[place]
    assert path is not None
    if is_receiver:
        return ReceiverValue(type=place.type, path=path)
    return _make_expression(path, place.type)


def _find_members(side: Side) -> Iterator[tuple[FieldPath, SettableMember, Type]]:
    """The locals and properties of a description and of all that it embeds, by their places."""
    holders = _find_holders(side.schema, side.description)
    yield from _find_members_of(side.schema, holders, side.description, (), 0, False)


def _find_holders(schema: Schema, description: Description) -> set[str]:
    """The structs in reach that have locals or properties, or embed a struct that has some."""
    embedders: dict[str, list[str]] = {}
    waiting: list[str] = []
    for each in find_reachable(schema, description):
        if find_settable_members(each):
            waiting.append(each.name)
        for name in (*find_embedded_structs(each), *(sub.name for sub in each.subsections)):
            embedders.setdefault(name, []).append(each.name)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += embedders.get(name, ())
    return found


def _find_members_of(
    schema: Schema,
    holders: AbstractSet[str],
    description: Description,
    path: FieldPath,
    depth: int,
    in_list: bool,
) -> Iterator[tuple[FieldPath, SettableMember, Type]]:
    for member in find_settable_members(description):
        yield (*path, member.name), member, member.type
    if depth > _DEEPEST:
        return
    for field in description.fields:
        struct = find_struct(field.type)
        if struct is None or struct.name not in holders:
            continue
        inner = schema.descriptions[struct.name]
        paths: list[FieldPath] = [(*path, field.name)]
        type_ = field.type
        while isinstance(type_, Array):
            count = fold_constant(type_.count)
            if count is None or not 0 <= count <= _MOST_OF_ARRAY:
                break
            paths = [(*each, i) for each in paths for i in range(count)]
            type_ = type_.element
        is_list = False
        if isinstance(type_, ListType | Array) and not in_list:
            # As many elements as are followed one by one. Lists in them are not followed so.
            is_list = True
            paths = [(*each, i) for each in paths for i in range(MOST_ELEMENTS)]
            type_ = type_.element
        if type_ == struct:
            for each in paths:
                yield from _find_members_of(
                    schema, holders, inner, each, depth + 1, in_list or is_list
                )
    for sub in description.subsections:
        yield from _find_members_of(schema, holders, sub, (*path, sub.name), depth + 1, in_list)


def _make_expression(path: FieldPath, type_: ValueType) -> Expr:
    """The expression that reads a place of the top body."""
    e: Expr | None = None
    for i, part in enumerate(path):
        is_last = i == len(path) - 1
        if isinstance(part, int):
            assert e is not None
            kind = type_ if is_last else SubsectionValue(())
            e = Item(type=kind, value=e, index=make_literal(part))
            continue
        kind = type_ if is_last else StructValue("")
        e = (
            Member(type=kind, up=0, name=part)
            if e is None
            else Select(type=kind, value=e, name=part)
        )
    assert e is not None
    return e


def describe_default(member: SettableMember | Field, schema: Schema) -> str:
    """The default as a schema writes it."""
    value = find_default(member, schema)
    match member.type:
        case _ if value is None:
            return "0" if member.default is None else unparse(member.default)
        case EnumType(name=name) if not schema.enums[name].is_flags:
            members = (
                member.name for member in schema.enums[name].members if member.value == value
            )
            return f"{name}.{next(members, value)}"
        case _:
            return str(value).lower() if isinstance(value, bool) else str(value)
