"""An array is counted by another field than it was.

The two are the same bytes only where both counts are equal.

    before    wanted: u8;  done: u8;  buffer: u8[wanted];
    after     wanted: u8;  done: u8;  buffer: u8[done];

Leave what counts a released array.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.COUNTED_ELSEWHERE):
        yield retype(
            pair,
            old,
            new,
            "another field counts it",
            help="leave what counts a released array",
            moves=True,
        )


RULE = Rule(slug="count-source-switched", number="VM616", mirror="count-source-switched", find=find)
