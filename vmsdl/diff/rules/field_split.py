"""A field became several of the same bytes.

Everything is big-endian: the parts hold what the whole did where they stand upper half first. Said
with `formerly`, it is proven. Not said, no layout can tell whether they are the same quantity.

    before    base: u32;
    after     base_high: u16 formerly base;  base_low: u16 formerly base;

Say `formerly` of every part; where they are something else, leave `unused` bytes in the place.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.splits import is_split, regrained, split


def find(pair: Pair) -> Iterator[Edit]:
    yield from split(pair, is_array=False)
    for old, new in regrained(pair):
        if is_split(old, new, pair):
            yield retype(pair, old, new, "the same bytes, cut otherwise", moves=False)


RULE = Rule(slug="field-split", number="VM217", mirror="fields-merged", find=find)
