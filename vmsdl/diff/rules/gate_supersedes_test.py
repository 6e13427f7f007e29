"""A field has a gate where it had a test.

The test told which streams have the field; the version alone does not. Streams of the gate's
version that do not have it are read from the wrong place.

    before    device d version 2 minimum 1 { a: u8; b: u8 if a != 0; }
    after     device d version 2 minimum 1 { a: u8; b: u8 since 2; }

Put the test back.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.conditions import said
from vmsdl.diff.rules.gate_changes import test_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if test_change(pair, old, new) == RULE.slug:
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` was there {said(old.condition)}, and is since version {new.since}",
                moves=True,
                help="put the test back: the version does not tell which streams have it",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="gate-supersedes-test", mirror="test-supersedes-gate", find=find)
