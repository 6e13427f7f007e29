"""A number is signed now, or is not any more.

The bytes are the same, and so is the number while the top bit is clear. Where it is set, what was
large is read as negative, or the other way round.

    before    level: u32;
    after     level: i32;

Leave the sign as it was; or say with `where` that the top bit is never set, and it is proven.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.retyped import Retyped, retypings
from vmsdl.diff.rules.rule import Edit, Rule
from vmsdl.diff.rules.types import retype


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
