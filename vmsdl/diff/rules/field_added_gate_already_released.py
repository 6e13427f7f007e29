"""A field was added since a version that is already out.

Streams of that version do not have it, and programs of that version do not expect it.

    before    device d version 2 minimum 1 { a: u8; }
    after     device d version 2 minimum 1 { a: u8; b: u8 since 2; }

Raise the version and the gate, or put the field into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import into_subsection
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        before = pair.old.description.version_id
        if 0 < new.since <= min(before, pair.new.description.version_id):
            yield edited(
                pair,
                None,
                new,
                f"`{new.name}` was added since {new.since}, and version {before} is out without it",
                moves=True,
                help="raise the version and the gate, or put it into a subsection",
                remedies=into_subsection(pair, new),
            )


RULE = Rule(
    slug="field-added-gate-already-released", number="VM204", mirror="field-removed", find=find
)
