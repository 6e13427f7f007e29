"""An array of pointers marks every element, and marked the null ones alone; or the other way round.

A marker is one byte. Where one side sends it and the other does not expect it, all that follows is
read from the wrong place.

    before    queues: queue?[4];
    after     queues: queue?[4] marked;

Leave it as it was released.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.MARKS):
        yield retype(
            pair,
            old,
            new,
            "the markers are bytes of their own",
            help="leave it as it was released",
            moves=True,
        )


RULE = Rule(
    slug="pointer-array-marker-mode", number="VM611", mirror="pointer-array-marker-mode", find=find
)
