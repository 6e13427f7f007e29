"""One value is an array of one now: the same bytes, the same value.

    before    level: u32;
    after     level: u32[1];

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TO_ARRAY):
        yield retype(pair, old, new, "the same bytes", moves=False)


RULE = Rule(
    slug="scalar-to-array-of-one", number="VM307", mirror="array-of-one-to-scalar", find=find
)
