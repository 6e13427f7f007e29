"""An array has another fixed length.

What follows is read from the wrong place, and the end of the section refuses the stream. QEMU's own
checker does not see it.

    before    regs: u32[16];
    after     regs: u32[24];

Leave the length, and put the further elements into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.retyped import Retyped, retypings
from vmsdl.diff.rules.rule import Edit, Rule
from vmsdl.diff.rules.types import retype


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.LENGTH):
        yield retype(
            pair,
            old,
            new,
            "it takes another number of bytes",
            help="leave the length, and put more elements into a subsection",
            moves=True,
        )


RULE = Rule(slug="array-length-changed", number="VM306", mirror="array-length-changed", find=find)
