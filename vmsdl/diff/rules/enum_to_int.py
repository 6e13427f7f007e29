"""An enum, or flags, is a plain number now.

Every arm arrives as its number. An older program refuses a number that has no arm there.

    before    mode: Mode;
    after     mode: u8;

Keep the enum and add arms to it, or bound the number with `where`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.FROM_ENUM):
        yield retype(
            pair,
            old,
            new,
            "older programs refuse what has no arm there",
            help="keep the enum, or bound the number with `where`",
            moves=False,
        )


RULE = Rule(slug="enum-to-int", mirror="int-to-enum", find=find)
