"""A field has a test where it had a gate.

The gate told from which version on streams have the field; the test does not. Streams of that
version have it whatever the test says, and older ones that are still read may be taken to have it.

    before    device d version 2 minimum 1 { a: u8; b: u8 since 2; }
    after     device d version 2 minimum 1 { a: u8; b: u8 if a != 0; }

Put the gate back. Where both are given, a field is there if both hold.
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
                f"`{new.name}` was there since version {old.since}, and is "
                f"{said(new.condition)}, whatever the version",
                moves=True,
                help=f"put back `since {old.since}`",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="test-supersedes-gate", number="VM408", mirror="gate-supersedes-test", find=find)
