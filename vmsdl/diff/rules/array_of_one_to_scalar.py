"""An array of one is one value now: the same bytes, the same value.

    before    level: u32[1];
    after     level: u32;

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.FROM_ARRAY):
        yield retype(pair, old, new, "the same bytes", moves=False)


RULE = Rule(slug="array-of-one-to-scalar", mirror="scalar-to-array-of-one", find=find)
