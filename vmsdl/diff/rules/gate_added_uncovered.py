"""A gate was added or raised, and streams from before it, that had the field, are still read.

What the old version writes loads. Streams of older releases, which the old version read with the
field, are read without it: what follows is read from the wrong place.

    before    device d version 3 minimum 1 { a: u8; b: u8; }
    after     device d version 3 minimum 1 { a: u8; b: u8 since 3; }

One of the two is wrong about those releases: look which streams have the field.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.gate_changes import gate_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if gate_change(pair, old, new) == RULE.slug:
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` is not looked for before version {new.since} now, and was",
                help="one of the two is wrong about the older releases: look which streams have it",
            )


RULE = Rule(slug="gate-added-uncovered", mirror="gate-dropped-uncovered", find=find)
