"""A field was added since a version that is not there yet.

It is in no stream, not even from a program to itself: what it holds is lost in every migration.

    before    device d version 1 { a: u8; }
    after     device d version 1 { a: u8; b: u8 since 2; }

Raise the version to the gate; or better, put the field into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    version = pair.new.description.version_id
    for new in pair.added:
        if new.since > version:
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` was added since {new.since}, and the version is {version}: "
                "it never travels",
                help="raise the version to the gate, or put it into a subsection",
            )


RULE = Rule(
    slug="field-added-gate-unreached",
    number="VM203",
    mirror="unreached-field-removed",
    find=find,
)
