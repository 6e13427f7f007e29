"""A list became an array.

A list has a marker before each element and one at its end; an array has its elements alone, and
something else says how many. The two have no bytes in common.

    before    requests: list<request>;
    after     requests: request[count];

Leave the list, and copy it in hooks.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.FROM_LIST):
        yield retype(
            pair,
            old,
            new,
            "a list has markers, an array has none",
            help="leave the list, and copy it in hooks",
            moves=True,
        )


RULE = Rule(slug="list-to-counted-array", number="VM609", mirror="counted-array-to-list", find=find)
