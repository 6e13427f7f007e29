"""The version is lower than it was.

Streams of the old version are refused by the new one as too new, at their header.

    before    device d version 2 minimum 1 { a: u8; }
    after     device d version 1 { a: u8; }

Versions only grow: keep the number.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import with_version
from vmsdl.diff.rules.removal import Removal, removal
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    is_told = any(removal(pair, old) is Removal.VERSIONED for old in pair.removed)
    if pair.is_top and other.version_id < one.version_id and not is_told:
        yield edited_body(
            pair,
            f"version {one.version_id} became {other.version_id}",
            is_version=True,
            help="versions only grow: keep the number",
            remedies=with_version(other, one.version_id, other.minimum_version_id),
        )


RULE = Rule(slug="version-lowered", number="VM111", mirror="version-bump-only", find=find)
