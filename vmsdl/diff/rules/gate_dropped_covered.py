"""A gate was dropped or lowered, and all streams that are still read have the field.

The minimum has passed the gate, so nothing was left for it to tell apart: it is harmless.

    before    device d version 3 minimum 1 { a: u8; b: u8 since 3; }
    after     device d version 3 { a: u8; b: u8; }

Nothing is to be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.gate_changes import gate_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if gate_change(pair, old, new) == RULE.slug:
            now = f"is there since {new.since} now" if new.since else "has no gate now"
            why = "no stream that is still read is older"
            if not pair.is_versioned:
                why = "the version of its struct is not on the wire"
            yield edited(
                pair, old, new, f"`{new.name}` {now}, and was there since {old.since}: {why}"
            )


RULE = Rule(slug="gate-dropped-covered", number="VM401", mirror="gate-added-covered", find=find)
