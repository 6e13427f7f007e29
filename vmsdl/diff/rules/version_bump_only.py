"""The version was raised, and nothing is there that only the new one has.

Streams of the new version are refused by the old one, whatever they hold, and nothing is gained.

    before    device d version 1 { a: u8; }
    after     device d version 2 minimum 1 { a: u8; }

Take the number back, or put what is new into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import with_version
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.versions import anything_asks


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    is_read = other.minimum_version_id <= one.version_id
    if pair.is_top and one.version_id < other.version_id and is_read and not anything_asks(pair):
        yield edited_body(
            pair,
            f"version {one.version_id} became {other.version_id}, and no field asks for it",
            is_version=True,
            help="a bump buys nothing and costs every rollback: take it back",
            remedies=with_version(other, one.version_id, other.minimum_version_id),
        )


RULE = Rule(slug="version-bump-only", number="VM110", mirror="version-lowered", find=find)
