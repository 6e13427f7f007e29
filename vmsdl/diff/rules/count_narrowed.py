"""The field that counts an array is narrower than it was.

Older streams have more bytes of it: a part of the count is read as a part of the first element.

    before    count: u16 where count <= 200;  values: u64[count];
    after     count: u8 where count <= 200;  values: u64[count];

Leave the count as wide as it was.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import counts, retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.COUNT_NARROWER):
        yield retype(
            pair,
            old,
            new,
            counts(pair, new),
            help="leave the count as wide as it was",
            moves=True,
        )


RULE = Rule(slug="count-narrowed", mirror="count-widened", find=find)
