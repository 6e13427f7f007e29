"""An enum, or flags, is a plain number now.

Every arm arrives as its number. An older program refuses a number that has no arm there.

    before    mode: Mode;
    after     mode: u8;

Keep the enum and add arms to it, or bound the number with `where`.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.retyped import Retyped, retypings
from vmsdl.diff.rules.rule import Edit, Rule
from vmsdl.diff.rules.types import retype


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
