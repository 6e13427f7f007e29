"""A bool is a byte now that can hold any number.

A bool arrives as 0 or 1. An older program reads whatever is not 0 as true: other numbers are lost
to it.

    before    level: bool;
    after     level: u8;

Harmless while the byte holds 0 or 1 alone: `where level <= 1` proves it.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings
from vmsdl.diff.rules.retyping import retype
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.FROM_BOOL):
        yield retype(
            pair,
            old,
            new,
            "older programs take what is not 0 for true",
            help="say `where … <= 1` if it is still 0 or 1",
            moves=False,
        )


RULE = Rule(slug="bool-to-int", mirror="int-to-bool", find=find)
