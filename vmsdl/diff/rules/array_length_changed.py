"""An array has another fixed length.

What follows is read from the wrong place, and the end of the section refuses the stream. QEMU's own
checker does not see it.

    before    regs: u32[16];
    after     regs: u32[24];

Leave the length, and put the further elements into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


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
