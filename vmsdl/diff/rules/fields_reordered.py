"""Fields stand in another order.

On the wire there are no names: each is read as the other, silently where they are as wide.
"""

from collections.abc import Iterator

from vmsdl.diff.rules.rule import Edit, Pair, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    both = [(old, new) for old, new in pair.fields if old is not None and new is not None]
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


RULE = Rule(slug="fields-reordered", find=find)
