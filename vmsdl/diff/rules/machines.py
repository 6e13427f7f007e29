"""Machine types and properties."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair, PairPath
from vmsdl.diff.fixes.headers import find_newest, omit_on_machines, set_machine_property
from vmsdl.diff.layout.settings import (
    collect_settings,
    describe_default,
    find_differing_machines,
    find_shared_machines,
    find_value_on_machine,
)
from vmsdl.diff.machines import HELP_MISSING_ENTRY, quote_machines, word_missing_entry
from vmsdl.diff.rules.conditions import Condition, find_parts
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.diff.simulate.reasons import EffectReason
from vmsdl.expr.nodes import Member
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Description, Field, Property, Schema, Unused, Validate
from vmsdl.schema.traverse import collect_lengths

FAMILY = Family("machines")


@FAMILY.rule("compat-entry-missing", waiver="a removed property needs no setting")
def compat_entry_missing(pair: Pair) -> Iterator[Edit]:
    body, schema = pair.new.description, pair.new.schema
    olds = {each.name for each in pair.old.description.properties}
    for new in body.properties:
        path = (body.name, new.name)
        unset = _find_machines_without(pair, path)
        if new.name in olds or not unset:
            continue
        guarded = tuple(dict.fromkeys(_find_guarded(pair, new)))
        if not guarded:
            continue
        edit = make_edit(
            pair,
            None,
            new,
            word_missing_entry(new.name, unset),
            reasons=_CHECKS,
            machine_types=unset,
            help=HELP_MISSING_ENTRY,
            fixes=omit_on_machines(schema, unset, path, new),
        )
        yield replace(edit, old_paths=(), new_paths=guarded, is_body=False)


# Effects of a check that a property turns on.
_CHECKS = (EffectReason.CHECK_FAILED, EffectReason.NOT_EQUAL, EffectReason.OUT_OF_RANGE)


def _find_machines_without(pair: Pair, path: tuple[str, str]) -> list[str]:
    """The machine types of both sides that do not set a property on the new side."""
    return [
        name
        for name in find_shared_machines(pair.new.schema, pair.old.schema)
        if path not in collect_settings(pair.new.schema, name)
    ]


def _find_guarded(pair: Pair, member: Property) -> Iterator[PairPath]:
    """What depends on a property, whether or not it makes a difference."""
    waiting: list[tuple[Description, PairPath, int]] = [(pair.new.description, pair.new_path, 0)]
    while waiting:
        body, path, up = waiting.pop(0)
        for step in body.steps:
            if any(_reads(part, member.name, up) for part in _find_expressions(step)):
                yield (*path, step.name) if isinstance(step, Field) else path
        for sub in body.subsections:
            if _reads(sub.needed, member.name, up + 1):
                yield (*path, sub.name)
            waiting.append((sub, (*path, sub.name), up + 1))


def _find_expressions(step: Field | Unused | Validate) -> Iterator[Condition]:
    """The presence condition, the checks and the lengths of one step."""
    yield step.condition
    match step:
        case Field():
            yield from (check.condition for check in step.checks)
            yield from collect_lengths(step.type)
            yield from (value for _, value in step.bindings)
        case Unused():
            yield step.length
        case Validate():
            pass


def _reads(condition: Condition, name: str, up: int) -> bool:
    return any(
        isinstance(part, Member) and part.up == up and part.name == name
        for part in find_parts(condition)
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
            changed.setdefault(f"changed from {was} to {now}", []).append(machine)
        for what, machines in changed.items():
            yield make_edit(
                pair,
                old,
                new,
                f"property `{new.name}` {what} on machine {quote_machines(machines)}",
                machine_types=machines,
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
            newest = find_newest(pair.new.schema, _find_machines_without(pair, path))
            edit = make_edit(
                pair,
                old,
                new,
                f"default of property `{new.name}` changed from {before} to {after}",
                reasons=_CHECKS,
                help="set the old value on every machine type that the old version knows",
                fixes=set_machine_property(pair.new.schema, newest, path, before),
            )
            guarded = tuple(dict.fromkeys(_find_guarded(pair, new)))
            if guarded:
                edit = replace(edit, old_paths=guarded, new_paths=guarded, is_body=False)
            yield edit


FAMILY.add_elsewhere("machine-type-retired", mirror="machine-type-added")
FAMILY.add_elsewhere("machine-type-added", mirror="machine-type-retired")
