"""The field that counts an array has a sign now, or has none any more.

What is a negative count to one side, and so a fault, is a large one to the other.

    before    count: i32;  values: u64[count];
    after     count: u32;  values: u64[count];

Bound the count: below the sign bit the two agree.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import counts, retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.COUNT_SIGN):
        yield retype(
            pair,
            old,
            new,
            counts(pair, new),
            help="bound the count with `where`: below the sign bit the two agree",
            moves=True,
        )


RULE = Rule(
    slug="count-signedness-changed", number="VM617", mirror="count-signedness-changed", find=find
)
