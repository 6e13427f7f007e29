"""A gate was dropped or lowered below a version that is written without the field.

The other side neither sends it nor looks for it in streams of that version: what follows is read
from the wrong place.

    before    device d version 2 { a: u8; b: u8 since 3; }
    after     device d version 2 { a: u8; b: u8; }

Raise the version to the gate, or put the field into a subsection.
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
            version = min(pair.old.description.version_id, pair.new.description.version_id)
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` was there since {old.since}, and is looked for in version {version}",
                moves=True,
                is_version=asks_for_version(pair, new),
                help="raise the version to the gate, or put the field into a subsection",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="gate-lowered", mirror="gate-raised-without-bump", find=find)
