"""The minimum was raised, and what the old version writes is still read.

Nothing changes between the two. Cut off are the releases that wrote what was read before and is not
any more.

    before    device d version 3 minimum 1 { a: u8; b: u8 since 2; c: u8 since 3; }
    after     device d version 3 minimum 2 { a: u8; b: u8; c: u8 since 3; }

Compare with all releases (`vmsdl diff --all-releases`) to see which they are.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    if pair.is_top and before < after <= one.version_id:
        gone = str(before) if before == after - 1 else f"{before} to {after - 1}"
        yield edited_body(
            pair,
            f"minimum {before} became {after}: streams of version {gone} are cut off",
            help="compare with all releases to see which wrote them",
        )


RULE = Rule(
    slug="minimum-raised-covered", number="VM112", mirror="minimum-lowered-covered", find=find
)
