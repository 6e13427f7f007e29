"""The elements of an array can be null on one side only.

A null element is one byte on the wire and nothing else. Which are null the receiver must know from
its own configuration: where the two differ, what follows is read from the wrong place, and on some
bytes QEMU ends the destination.

    before    queues: queue[4];
    after     queues: queue?[4];

Leave it as it was released, and configure the two ends alike.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.NULLS):
        yield retype(
            pair,
            old,
            new,
            "a null element is one byte, and which are null is not sent",
            help="leave it as it was released",
            moves=True,
        )


RULE = Rule(
    slug="pointer-nullness-differs", number="VM612", mirror="pointer-nullness-differs", find=find
)
