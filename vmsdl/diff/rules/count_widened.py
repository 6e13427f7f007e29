"""The field that counts an array is wider than it was.

Older streams have fewer bytes of it: a part of the first element is read as a part of the count.

    before    count: u8 where count <= 200;  values: u64[count];
    after     count: u16 where count <= 200;  values: u64[count];

Leave the count, and send what is more in a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import counts, retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.COUNT_WIDER):
        yield retype(
            pair,
            old,
            new,
            counts(pair, new),
            help="leave the count, and send what is more in a subsection",
            moves=True,
        )


RULE = Rule(slug="count-widened", number="VM614", mirror="count-narrowed", find=find)
