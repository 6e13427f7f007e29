"""Several fields became one of the same bytes.

Everything is big-endian: the whole holds what the parts did where the upper half stood first. Said
with `formerly`, it is proven. Not said, no layout can tell whether it is the same quantity.

    before    base_high: u16;  base_low: u16;
    after     base: u32 formerly base_high formerly base_low;

Say `formerly` for every part; where it is something else, leave `unused` bytes in the place.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.splits import is_split, merged, regrained


def find(pair: Pair) -> Iterator[Edit]:
    yield from merged(pair, is_array=False)
    for old, new in regrained(pair):
        if not is_split(old, new, pair):
            yield retype(pair, old, new, "the same bytes, cut otherwise", moves=False)


RULE = Rule(slug="fields-merged", mirror="field-split", find=find)
