"""A number takes more bytes than it did, or fewer.

What follows is read from the wrong place, and the end of the section refuses the stream.

    before    count: u32;
    after     count: u64;

Leave the field as wide as it was. Where larger values are needed, send the upper half in a
subsection that is `needed` where it is not 0.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.WIDTH):
        yield retype(
            pair,
            old,
            new,
            "it takes another number of bytes",
            help="leave it as wide, and send what does not fit in a subsection",
            moves=True,
        )


RULE = Rule(slug="width-changed", number="VM301", mirror="width-changed", find=find)
