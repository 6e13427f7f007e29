"""A timer is a number now, or a number a timer.

Both are eight bytes. But a receiver of a timer arms it for that time, or disarms it where all bits
are ones; and a receiver of a number makes nothing of a deadline.

    before    expires: i64;
    after     expires: timer;

Leave the type as it was, and keep what is new in a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.retyped import Retyped, retypings
from vmsdl.diff.rules.rule import Edit, Rule
from vmsdl.diff.rules.types import retype


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
