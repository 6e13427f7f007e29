"""Machine types and properties."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, make_member_edit
from vmsdl.diff.edits.pair import Pair, PairPath
from vmsdl.diff.fixes.text_edits import set_machine_setting
from vmsdl.diff.layout.settings import (
    collect_settings,
    describe_default,
    find_default,
    find_differing_machines,
    find_value_on_machine,
)
from vmsdl.diff.rules.rule import Family
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import collect_paths
from vmsdl.schema.description import Schema

FAMILY = Family("machines")


@FAMILY.rule("compat-entry-missing", waiver="a property that is gone needs no setting")
def compat_entry_missing(pair: Pair) -> Iterator[Edit]:
    body, schema = pair.new.description, pair.new.schema
    known = {member.name for member in pair.old.description.properties}
    machines = [name for name in schema.machines if name in pair.old.schema.machines]
    for new in body.properties:
        path = (body.name, new.name)
        left = [name for name in machines if path not in collect_settings(schema, name)]
        guarded = tuple(_guarded(pair, new.name))
        if new.name in known or not left or not guarded or not find_default(new, schema):
            continue
        listed = ", ".join(f'"{name}"' for name in left)
        edit = make_member_edit(
            pair,
            None,
            new,
            f"`{new.name}` guards what is sent, and machine {listed} does not set it",
            help="give machine types that the old version knows the value that leaves it out",
            remedies=set_machine_setting(schema, left, path, "false"),
        )
        yield replace(edit, old_keys=(), new_keys=guarded, is_body=False)


def _guarded(pair: Pair, name: str) -> Iterator[PairPath]:
    """The new fields and subsections that are there only where it says so."""
    for field in pair.added:
        if _reads(field.condition, name):
            yield (*pair.new_path, field.name)
    for old, new in pair.subsections:
        if old is None and new is not None and _reads(new.needed, name):
            yield (*pair.new_path, new.name)


def _reads(condition: Expr | Extern | None, name: str) -> bool:
    return (
        condition is not None
        and not isinstance(condition, Extern)
        and name in collect_paths(condition)
    )


@FAMILY.rule("compat-entry-changed", mirror="compat-entry-changed")
def compat_entry_changed(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.schema, pair.new.schema
    before = {member.name: member for member in pair.old.description.properties}
    for new in pair.new.description.properties:
        old = before.get(new.name)
        path, own = (pair.old.description.name, new.name), (pair.new.description.name, new.name)
        changed: dict[str, list[str]] = {}
        for machine in find_differing_machines(one, other, path, own) if old is not None else ():
            what = f"is {_value(other, machine, own)}, and was {_value(one, machine, path)}"
            changed.setdefault(what, []).append(f'"{machine}"')
        for what, machines in changed.items():
            yield make_member_edit(
                pair,
                old,
                new,
                f"`{new.name}` {what} on machine {', '.join(machines)}",
                help="leave what a released machine type sets",
            )


def _value(schema: Schema, machine: str, path: tuple[str, str]) -> str:
    value = find_value_on_machine(schema, machine, path)
    return "not known" if value is None else unparse(value)


@FAMILY.rule("property-default-changed", mirror="property-default-changed")
def property_default_changed(pair: Pair) -> Iterator[Edit]:
    body = pair.new.description.name
    before = {member.name: member for member in pair.old.description.properties}
    machines = [name for name in pair.new.schema.machines if name in pair.old.schema.machines]
    for new in pair.new.description.properties:
        old = before.get(new.name)
        if old is None:
            continue
        then, now = describe_default(old, pair.old.schema), describe_default(new, pair.new.schema)
        if then != now:
            path = (body, new.name)
            left = [
                name for name in machines if path not in collect_settings(pair.new.schema, name)
            ]
            yield make_member_edit(
                pair,
                old,
                new,
                f"the default of `{new.name}` is {now}, and was {then}",
                help="give every machine type that the old version knows the old value",
                remedies=set_machine_setting(pair.new.schema, left, path, then),
            )


FAMILY.add_elsewhere("machine-type-retired", mirror="machine-type-added")


FAMILY.add_elsewhere("machine-type-added", mirror="machine-type-retired")
