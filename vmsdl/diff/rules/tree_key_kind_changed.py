"""The keys of a map are structs, and were plain numbers; or the other way round.

Only an empty map is the same on both sides.

    before    pages: map<u64, page>;
    after     pages: map<range, page>;

Leave the key, and send what it lacks in the value.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.KEYS):
        yield retype(
            pair,
            old,
            new,
            "only an empty one is the same",
            help="leave the key, and send what it lacks in the value",
            moves=True,
        )


RULE = Rule(slug="tree-key-kind-changed", number="VM610", mirror="tree-key-kind-changed", find=find)
