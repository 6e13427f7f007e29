"""A bitmap has another number of bits.

Bitmaps go over the wire in words of 64 bits. Where the number of words is the same, so are the
bytes, and only a bit beyond the shorter one does not arrive. Where it is not, all that follows is
read from the wrong place.

    before    lines: bitmap[64];
    after     lines: bitmap[96];

Leave the length, and put more bits into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.BITS):
        yield retype(
            pair,
            old,
            new,
            "it goes over the wire in words of 64 bits",
            help="leave the length, and put more bits into a subsection",
            moves=True,
        )


RULE = Rule(slug="bitmap-length-changed", number="VM312", mirror="bitmap-length-changed", find=find)
