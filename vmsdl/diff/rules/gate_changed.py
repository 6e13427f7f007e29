"""The version from which on a field is there was raised, lowered, added or dropped."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if old.since != new.since:
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` was there since {old.since}, and is since {new.since}",
                moves=True,
            )


RULE = Rule(slug="gate-changed", find=find)
