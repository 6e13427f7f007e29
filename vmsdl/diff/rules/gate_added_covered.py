"""A gate was added or raised, and no stream that both read is older than it.

It tells nothing apart between these two: it is harmless.

    before    device d version 3 { a: u8; b: u8; }
    after     device d version 3 minimum 1 { a: u8; b: u8 since 3; }

Nothing is to be done, as long as streams from before the gate never had the field.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.gate_changes import asks_for_version, gate_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if gate_change(pair, old, new) == RULE.slug:
            why = "no stream that both read is older"
            if not pair.is_versioned:
                why = "the version of its struct is not on the wire"
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` is there since {new.since} now: {why}",
                is_version=asks_for_version(pair, new),
            )


RULE = Rule(slug="gate-added-covered", mirror="gate-dropped-covered", find=find)
