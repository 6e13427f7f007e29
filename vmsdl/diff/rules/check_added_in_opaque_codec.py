"""The codec of an `opaque` field is another one.

What is in those bytes only the codec knows: what it reads, and what it refuses. A check that it
makes now refuses streams that it took before, and no schema shows it.

    before    config: opaque "pci config"[256];
    after     config: opaque "pci config 2"[256];

Say in the schema what the codec reads and demands, with fields and `where`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.CODEC):
        yield retype(
            pair,
            old,
            new,
            "no schema shows what a codec refuses",
            help="say in the schema what the codec reads and demands",
            moves=True,
        )


RULE = Rule(
    slug="check-added-in-opaque-codec",
    number="VM708",
    mirror="check-added-in-opaque-codec",
    find=find,
)
