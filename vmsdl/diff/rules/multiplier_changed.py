"""The length of an array is worked out otherwise from what it was: by another factor or term.

The two are the same bytes only where both lengths are equal, as with a factor where the count is 0.

    before    buffer: u8[samples * 2];
    after     buffer: u8[samples * 4];

Leave the length of a released array, and send what is more in a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.COUNTED_OTHERWISE):
        yield retype(
            pair,
            old,
            new,
            "its length is worked out otherwise",
            help="leave the length, and send what is more in a subsection",
            moves=True,
        )


RULE = Rule(slug="multiplier-changed", number="VM620", mirror="multiplier-changed", find=find)
