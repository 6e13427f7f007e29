"""A struct is embedded at another version (`Name version N`).

No version of it is on the wire: each side takes the fields that its own number asks for.

    before    rx: fifo version 1;
    after     rx: fifo version 2;

Leave the number, and put what is new into a subsection of the struct.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.CONSTANT):
        yield retype(
            pair,
            old,
            new,
            "no version of it is on the wire",
            help="leave the number, and put what is new into a subsection of the struct",
            moves=True,
        )


RULE = Rule(
    slug="nested-version-constant-changed",
    number="VM603",
    mirror="nested-version-constant-changed",
    find=find,
)
