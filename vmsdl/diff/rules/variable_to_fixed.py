"""An array that was counted by a field has a fixed length now.

The two agree exactly where the count is that length; everything else is refused at the end of the
section.

    before    len: u32;  data: u8[len];
    after     len: u32;  data: u8[16];

Keep the count.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


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
