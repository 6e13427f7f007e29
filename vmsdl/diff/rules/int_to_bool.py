"""A byte that could hold any number is a bool now.

Whatever is not 0 is read as true, and sent again as 1: other numbers are lost.

    before    level: u8;
    after     level: bool;

Harmless where the byte never held anything but 0 and 1: `where level <= 1` in the old version
proves it.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TO_BOOL):
        yield retype(
            pair,
            old,
            new,
            "what is neither 0 nor 1 becomes true",
            help="leave it a number, unless it was always 0 or 1",
            moves=False,
        )


RULE = Rule(slug="int-to-bool", number="VM304", mirror="bool-to-int", find=find)
