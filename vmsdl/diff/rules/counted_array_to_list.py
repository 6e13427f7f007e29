"""An array became a list.

A list has a marker before each element and one at its end; an array has its elements alone, and
something else says how many. The two have no bytes in common.

    before    requests: request[count];
    after     requests: list<request>;

Leave the array, and copy it in hooks.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.TO_LIST):
        yield retype(
            pair,
            old,
            new,
            "a list has markers, an array has none",
            help="leave the array, and copy it in hooks",
            moves=True,
        )


RULE = Rule(slug="counted-array-to-list", mirror="list-to-counted-array", find=find)
