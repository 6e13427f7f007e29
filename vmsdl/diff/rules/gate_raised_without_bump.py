"""A field is there since a version that nobody writes.

Its gate is above the version of its body, so it is neither sent nor read, and older streams, which
have it, are read from the wrong place.

    before    device d version 2 { a: u8; b: u8; }
    after     device d version 2 { a: u8; b: u8 since 3; }

Put the gate back. What is to go becomes `unused` bytes.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.gate_changes import gate_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if gate_change(pair, old, new) == RULE.slug:
            version = pair.new.description.version_id
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` is there since {new.since}, and the version is {version}: it is "
                "not sent any more",
                moves=True,
                help="put the gate back; what is to go becomes `unused` bytes",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="gate-raised-without-bump", number="VM404", mirror="gate-lowered", find=find)
