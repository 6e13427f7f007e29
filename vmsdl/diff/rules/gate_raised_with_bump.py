"""A field that older streams have is there only since the new version.

Older streams carry its bytes, and they are not read: what follows is read from the wrong place.
Older programs refuse the new version anyway.

    before    device d version 1 { a: u8; b: u8; }
    after     device d version 2 minimum 1 { a: u8; b: u8 since 2; }

A gate says since when a field was ever sent, and stays as it is. To stop reading the field, raise
the minimum.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.gate_changes import asks_for_version, gate_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if gate_change(pair, old, new) == RULE.slug:
            before = f"since {old.since}" if old.since else "in all streams"
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` was {before}, and is looked for only since {new.since}",
                moves=True,
                is_version=asks_for_version(pair, new),
                help="a gate says since when a field was ever sent: leave it as it was",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="gate-raised-with-bump", number="VM403", mirror="gate-lowered", find=find)
