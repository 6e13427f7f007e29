"""A field is not held against the receiver's own value any more (`equal`, `bounded`).

Older programs still compare, and refuse a stream with another value than their own.

    before    config_size: u32 equal = 256;
    after     config_size: u32 = 256;

Configure it alike on both ends as long as older programs have to load what is saved.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_comparison
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if old.equal and not new.equal:
            message = f"`{new.name}` need not equal the receiver's own value any more"
        elif old.bounded and not new.bounded:
            message = f"`{new.name}` may be above the receiver's own value now"
        else:
            continue
        yield edited_comparison(pair, old, new, message, help="configure it alike on both ends")


RULE = Rule(slug="equal-dropped", number="VM702", mirror="equal-added", find=find)
