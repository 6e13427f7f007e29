"""A timer is a number now, or a number a timer.

Both are eight bytes. But a receiver of a timer arms it for that time, or disarms it where all bits
are ones; and a receiver of a number makes nothing of a deadline.

    before    expires: i64;
    after     expires: timer;

Leave the type as it was, and keep what is new in a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TIMER):
        yield retype(
            pair,
            old,
            new,
            "the same bytes, but a number is no deadline",
            help="leave the type as it was",
            moves=False,
        )


RULE = Rule(slug="timer-int-changed", number="VM305", mirror="timer-int-changed", find=find)
