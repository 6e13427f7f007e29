"""The minimum is above the old version.

What the old version writes is refused as too old, cleanly and before anything is overwritten; and
the old version refuses the new one as too new.

    before    device d version 1 { a: u8; }
    after     device d version 2 { a: u8; }

Write `version 2 minimum 1` where the old layout can still be read.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import with_version
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.versions import has_removed


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    if pair.is_top and after > one.version_id and not has_removed(pair):
        yield edited_body(
            pair,
            f"minimum {before} became {after}, above the old version {one.version_id}",
            is_version=True,
            help=f"say `minimum {before}` where what was written before can still be read",
            remedies=with_version(other, other.version_id, before),
        )


RULE = Rule(slug="minimum-raised-beyond-old", number="VM113", mirror="version-lowered", find=find)
