"""An array of a fixed length is counted by a field now.

The two agree exactly where the count is that length; everything else is refused at the end of the
section.

    before    len: u32;  data: u8[16];
    after     len: u32;  data: u8[len];

Raise the version and the minimum where a clean break will do; or keep the fixed array, and put what
is longer into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TO_VARIABLE):
        yield retype(
            pair,
            old,
            new,
            "they agree where the count is the old length",
            help="keep the fixed length, and put what is longer into a subsection",
            moves=True,
        )


RULE = Rule(slug="fixed-to-variable", number="VM310", mirror="variable-to-fixed", find=find)
