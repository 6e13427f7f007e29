"""A list loads its elements at another version than they are saved at.

Elements are saved at the version of their struct, and loaded at the version that the list names.
Where a field of theirs is gated between the two, a program cannot load what it saved itself, unless
the list is empty.

    before    struct request version 1 { sector: u32; }
    after     struct request version 2 minimum 1 { sector: u32; count: u8 since 2; }
    with      requests: list<request version 1>;

Put what is new into a subsection of the element: no version of it is on the wire.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import Retyped, retypings, skewed
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in retypings(pair, Retyped.SKEWED):
        names = ", ".join(f"`{name}`" for name in skewed(new.type, pair.new.schema))
        state = f"saved with {names}, and loaded without" if names else "loaded as they are saved"
        yield edited(
            pair,
            old,
            new,
            f"elements of `{new.name}` are {state}",
            moves=True,
            help="put what is new into a subsection of the element",
        )


RULE = Rule(
    slug="list-element-version-skew",
    number="VM606",
    mirror="list-element-version-skew",
    find=find,
)
