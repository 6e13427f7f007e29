"""Machine types and properties."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair, PairPath
from vmsdl.diff.fixes.headers import set_machine_property
from vmsdl.diff.layout.settings import (
    collect_settings,
    describe_default,
    find_default,
    find_differing_machines,
    find_value_on_machine,
)
from vmsdl.diff.rules.conditions import Condition
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.expr.nodes import Extern
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import collect_paths
from vmsdl.schema.description import Schema

FAMILY = Family("machines")


@FAMILY.rule("compat-entry-missing", waiver="a removed property needs no setting")
def compat_entry_missing(pair: Pair) -> Iterator[Edit]:
    body, schema = pair.new.description, pair.new.schema
    olds = {each.name for each in pair.old.description.properties}
    for new in body.properties:
        path = (body.name, new.name)
        unset = _find_machines_without(pair, path)
        guarded = tuple(_find_guarded(pair, new.name))
        if new.name in olds or not unset or not guarded or not find_default(new, schema):
            continue
        names = ", ".join(f'"{name}"' for name in unset)
        edit = make_edit(
            pair,
            None,
            new,
            f"property `{new.name}` controls what is sent, but machine {names} does not set it",
            help="on machine types that the old version knows, set the value that omits it",
            fixes=set_machine_property(schema, unset, path, "false"),
        )
        yield replace(edit, old_paths=(), new_paths=guarded, is_body=False)


def _find_machines_without(pair: Pair, path: tuple[str, str]) -> list[str]:
    """The machine types of both sides that do not set a property on the new side."""
    return [
        name
        for name in pair.new.schema.machines
        if name in pair.old.schema.machines and path not in collect_settings(pair.new.schema, name)
    ]


def _find_guarded(pair: Pair, name: str) -> Iterator[PairPath]:
    """The added fields and subsections whose conditions read the property."""
    for field in pair.added_fields:
        if _reads(field.condition, name):
            yield (*pair.new_path, field.name)
    for sub in pair.added_subsections:
        if _reads(sub.needed, name):
            yield (*pair.new_path, sub.name)


def _reads(condition: Condition, name: str) -> bool:
    return (
        condition is not None
        and not isinstance(condition, Extern)
        and name in collect_paths(condition)
    )


@FAMILY.rule("compat-entry-changed", mirror=SELF)
def compat_entry_changed(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.schema, pair.new.schema
    olds = {each.name: each for each in pair.old.description.properties}
    for new in pair.new.description.properties:
        old = olds.get(new.name)
        if old is None:
            continue
        old_path, new_path = ((body.name, new.name) for body in pair.bodies)
        changed: dict[str, list[str]] = {}  # machine types by what changed on them
        for machine in find_differing_machines(one, other, old_path, new_path):
            was, now = _describe(one, machine, old_path), _describe(other, machine, new_path)
            changed.setdefault(f"changed from {was} to {now}", []).append(f'"{machine}"')
        for what, machines in changed.items():
            yield make_edit(
                pair,
                old,
                new,
                f"property `{new.name}` {what} on machine {', '.join(machines)}",
                help="do not change the settings of a released machine type",
            )


def _describe(schema: Schema, machine: str, path: tuple[str, str]) -> str:
    value = find_value_on_machine(schema, machine, path)
    return "unknown" if value is None else unparse(value)


@FAMILY.rule("property-default-changed", mirror=SELF)
def property_default_changed(pair: Pair) -> Iterator[Edit]:
    olds = {each.name: each for each in pair.old.description.properties}
    for new in pair.new.description.properties:
        old = olds.get(new.name)
        if old is None:
            continue
        before = describe_default(old, pair.old.schema)
        after = describe_default(new, pair.new.schema)
        if before != after:
            path = (pair.new.description.name, new.name)
            unset = _find_machines_without(pair, path)
            yield make_edit(
                pair,
                old,
                new,
                f"default of property `{new.name}` changed from {before} to {after}",
                help="set the old value on every machine type that the old version knows",
                fixes=set_machine_property(pair.new.schema, unset, path, before),
            )


FAMILY.add_elsewhere("machine-type-retired", mirror="machine-type-added")
FAMILY.add_elsewhere("machine-type-added", mirror="machine-type-retired")
