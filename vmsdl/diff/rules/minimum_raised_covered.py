"""The minimum was raised, and what the old version writes is still read.

What was written before the new minimum is cut off.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    if pair.is_top and before < after <= one.version_id:
        yield edited_body(pair, f"minimum {before} became {after}: older streams are cut off")


RULE = Rule(slug="minimum-raised-covered", find=find)
