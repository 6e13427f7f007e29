"""A field is held against the receiver's own value now (`equal`, `bounded`).

A stream with another value is refused. The receiver's own is its default, unless it was configured
otherwise.

    before    config_size: u32;
    after     config_size: u32 equal = 256;

Only what is configured alike on both ends can be `equal`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_comparison
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if new.equal and not old.equal:
            message = f"`{new.name}` must equal the receiver's own value now"
        elif new.bounded and not old.bounded:
            message = f"`{new.name}` must lie between 0 and the receiver's own value now"
        else:
            continue
        yield edited_comparison(pair, old, new, message, help="configure it alike on both ends")


RULE = Rule(slug="equal-added", number="VM701", mirror="equal-dropped", find=find)
