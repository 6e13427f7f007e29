"""A field must equal the receiver's own value now (`equal`), or lie below it (`bounded`)."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if (new.equal and not old.equal) or (new.bounded and not old.bounded):
            yield edited(
                pair, old, new, f"`{new.name}` is compared with the receiver's own value now"
            )


RULE = Rule(slug="equal-added", find=find)
