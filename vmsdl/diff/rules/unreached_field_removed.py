"""A field is gone that no version ever had.

Its gate was above the version: it was in no stream, and nothing changes.

    before    device d version 1 { a: u8; b: u8 since 2; }
    after     device d version 1 { a: u8; }

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.removal import Removal, removal
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old in pair.removed:
        if removal(pair, old) is Removal.UNREACHED:
            yield edited(pair, old, None, f"`{old.name}` was removed, and was in no stream")


RULE = Rule(slug="unreached-field-removed", mirror="field-added-gate-unreached", find=find)
