"""A number is signed now, or is not any more.

The bytes are the same, and so is the number while the top bit is clear. Where it is set, what was
large is read as negative, or the other way round.

    before    level: u32;
    after     level: i32;

Leave the sign as it was; or say with `where` that the top bit is never set, and it is proven.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.SIGN):
        yield retype(
            pair,
            old,
            new,
            "it is another number where the top bit is set",
            help="leave the sign, or say with `where` that the top bit is never set",
            moves=False,
        )


RULE = Rule(slug="signedness-changed", number="VM302", mirror="signedness-changed", find=find)
