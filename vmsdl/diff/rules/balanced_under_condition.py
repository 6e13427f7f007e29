"""Several edits cancel in some states: there, as many bytes came as went.

In those states the section is as long as the other side expects, and what stands between the edits
is read as other fields, silently. In all others its end does not fit, and it is refused.

    before    flags: u8;  a: u8 if flags & 1 != 0;  b: u8;
    after     flags: u8;  b: u8;  c: u8;

Mend each of the edits by itself: a subsection for what came, unused bytes for what went.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.cancelling import cancelled
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    yield from cancelled(pair, is_always=False)


RULE = Rule(
    slug="balanced-under-condition", number="VM216", mirror="balanced-under-condition", find=find
)
