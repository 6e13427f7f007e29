"""A gate was dropped or lowered, and streams that do not have the field are still read.

What the old version writes loads. Streams of the releases before the gate do not: the field is
looked for where there is none, and what follows is read from the wrong place.

    before    device d version 3 minimum 1 { a: u8; b: u8 since 3; }
    after     device d version 3 minimum 1 { a: u8; b: u8; }

Put the gate back, or raise the minimum to it: then those streams are refused at their header.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.gate_changes import gate_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if gate_change(pair, old, new) == RULE.slug:
            oldest = max(new.since, pair.new.description.minimum_version_id)
            last = old.since - 1
            versions = f"version {oldest}" if oldest == last else f"versions {oldest} to {last}"
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` was there since {old.since}, and is looked for in streams of "
                f"{versions} now, which do not have it",
                help=f"put back `since {old.since}`, or raise the minimum to {old.since}",
            )


RULE = Rule(slug="gate-dropped-uncovered", number="VM402", mirror="gate-added-uncovered", find=find)
