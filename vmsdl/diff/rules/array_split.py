"""An array became several neighbours of as many elements in all.

The elements stand on the wire one after the other: nothing moves. That they are the same has to be
said.

    before    data: u8[32];
    after     data_low: u8[16] formerly data;  data_high: u8[16] formerly data;

Say `formerly` of every part.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.splits import split


def find(pair: Pair) -> Iterator[Edit]:
    yield from split(pair, is_array=True)


RULE = Rule(slug="array-split", number="VM308", mirror="arrays-joined", find=find)
