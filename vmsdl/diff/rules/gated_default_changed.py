"""What a field holds where nothing was sent changed."""

from collections.abc import Iterator

from vmsdl.diff.rules.rule import Edit, Pair, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.fields:
        if old is None or new is None:
            continue
        if old.default != new.default:
            yield edited(pair, old, new, f"the default of `{new.name}` changed")


RULE = Rule(slug="gated-default-changed", find=find)
