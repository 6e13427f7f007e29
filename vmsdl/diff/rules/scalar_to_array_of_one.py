"""One value is an array of one now: the same bytes, the same value.

    before    level: u32;
    after     level: u32[1];

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.retyped import Retyped, retypings
from vmsdl.diff.rules.rule import Edit, Rule
from vmsdl.diff.rules.types import retype


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TO_ARRAY):
        yield retype(pair, old, new, "the same bytes", moves=False)


RULE = Rule(
    slug="scalar-to-array-of-one", number="VM307", mirror="array-of-one-to-scalar", find=find
)
