"""Fields stand in another order.

On the wire there are no names: each is read as the other, silently where they are as wide.

    before    a: u8;  b: u8;
    after     b: u8;  a: u8;

Leave released fields where they are.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    both = list(pair.kept)
    order = [field.name for field in pair.old.description.fields]
    before = sorted(both, key=lambda each: order.index(each[0].name))
    for (old, new), (_, other) in zip(before, both, strict=True):
        if new is not other:
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` stands elsewhere in the order",
                moves=True,
                help="leave released fields where they are",
            )


RULE = Rule(slug="fields-reordered", number="VM212", mirror="fields-reordered", find=find)
