"""An array that was counted by a field has a fixed length now.

The two agree exactly where the count is that length; everything else is refused at the end of the
section.

    before    len: u32;  data: u8[len];
    after     len: u32;  data: u8[16];

Keep the count.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.retyped import Retyped, retypings
from vmsdl.diff.rules.rule import Edit, Rule
from vmsdl.diff.rules.types import retype


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TO_FIXED):
        yield retype(
            pair,
            old,
            new,
            "they agree where the count is the new length",
            help="keep the count",
            moves=True,
        )


RULE = Rule(slug="variable-to-fixed", mirror="fixed-to-variable", find=find)
