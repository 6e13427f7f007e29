"""An array of one is one value now: the same bytes, the same value.

    before    level: u32[1];
    after     level: u32;

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.retyped import Retyped, retypings
from vmsdl.diff.rules.rule import Edit, Rule
from vmsdl.diff.rules.types import retype


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.FROM_ARRAY):
        yield retype(pair, old, new, "the same bytes", moves=False)


RULE = Rule(slug="array-of-one-to-scalar", mirror="scalar-to-array-of-one", find=find)
