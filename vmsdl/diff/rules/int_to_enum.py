"""A number is an enum now, or flags.

Any value that no arm has is refused, and so is any flag that is not known.

    before    mode: u8;
    after     mode: Mode;

Give every value that was ever sent an arm; or say with `where` in the old version which there were.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TO_ENUM):
        yield retype(
            pair,
            old,
            new,
            "a value without an arm is refused",
            help="give every value that was ever sent an arm",
            moves=False,
        )


RULE = Rule(slug="int-to-enum", mirror="enum-to-int", find=find)
