"""The minimum is above the old version.

What the old version writes is refused as too old, cleanly and before anything is overwritten.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    if pair.is_top and after > before and after > one.version_id:
        yield edited_body(
            pair,
            f"minimum {before} became {after}, above the old version {one.version_id}",
            is_version=True,
            help="say to those who upgrade that streams of the old version cannot be loaded",
        )


RULE = Rule(slug="minimum-raised-beyond-old", find=find)
