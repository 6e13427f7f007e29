"""A field is of another kind: a list became an array, a buffer a float, pointers elements.

The bytes are others, and mean something else: mostly the end of the section refuses the stream, and
where it does not, nothing does.

    before    level: f64;
    after     level: u64;

Leave the type as it was. Put the new kind into a subsection, under another name.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.OTHER):
        yield retype(
            pair,
            old,
            new,
            help="leave the type, and put the new kind into a subsection under another name",
            moves=True,
        )


RULE = Rule(slug="type-changed", mirror="type-changed", find=find)
