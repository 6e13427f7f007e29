"""An array of rows has as many elements as before, in rows of another length.

The elements stand on the wire row by row. Every one that is not in the same place in both is read
as another one, silently.

    before    lut: u8[2][3];
    after     lut: u8[3][2];

Leave rows and columns as they were.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TRANSPOSED):
        yield retype(
            pair,
            old,
            new,
            "elements are read as others",
            help="leave rows and columns as they were",
            moves=False,
        )


RULE = Rule(slug="array-transposed", number="VM309", mirror="array-transposed", find=find)
