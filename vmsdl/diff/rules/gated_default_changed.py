"""What a field holds where nothing was sent changed."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if old.default != new.default:
            yield edited(pair, old, new, f"the default of `{new.name}` changed")


RULE = Rule(slug="gated-default-changed", find=find)
