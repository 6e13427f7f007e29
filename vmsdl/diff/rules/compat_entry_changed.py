"""A machine type that is released sets a property otherwise than it did.

A machine of this type has one value where it came from and another where it goes to: what the
property guards or counts is there on one side alone.

    before    machine "pc-1" { uart.x_fifo = false; }
    after     machine "pc-1" { uart.x_fifo = true; }

Leave what a released machine type sets.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_member
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.layout.settings import unlike, value_on
from vmsdl.diff.rules.rule import Rule
from vmsdl.expr.text import words
from vmsdl.schema.description import Schema


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.schema, pair.new.schema
    before = {member.name: member for member in pair.old.description.properties}
    for new in pair.new.description.properties:
        old = before.get(new.name)
        path, own = (pair.old.description.name, new.name), (pair.new.description.name, new.name)
        changed: dict[str, list[str]] = {}
        for machine in unlike(one, other, path, own) if old is not None else ():
            what = f"is {_value(other, machine, own)}, and was {_value(one, machine, path)}"
            changed.setdefault(what, []).append(f'"{machine}"')
        for what, machines in changed.items():
            yield edited_member(
                pair,
                old,
                new,
                f"`{new.name}` {what} on machine {', '.join(machines)}",
                help="leave what a released machine type sets",
            )


def _value(schema: Schema, machine: str, path: tuple[str, str]) -> str:
    value = value_on(schema, machine, path)
    return "not known" if value is None else words(value)


RULE = Rule(slug="compat-entry-changed", number="VM802", mirror="compat-entry-changed", find=find)
