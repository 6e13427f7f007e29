"""Neighbours became one array of as many elements in all.

The elements stand on the wire one after the other: nothing moves. That they are the same has to be
said.

    before    data_low: u8[16];  data_high: u8[16];
    after     data: u8[32] formerly data_low formerly data_high;

Say `formerly` for every part.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.splits import merged


def find(pair: Pair) -> Iterator[Edit]:
    yield from merged(pair, is_array=True)


RULE = Rule(slug="arrays-joined", mirror="array-split", find=find)
