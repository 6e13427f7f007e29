"""A field need not equal the receiver's own value any more."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if (old.equal and not new.equal) or (old.bounded and not new.bounded):
            yield edited(
                pair, old, new, f"`{new.name}` is not compared with the receiver's own any more"
            )


RULE = Rule(slug="equal-dropped", find=find)
