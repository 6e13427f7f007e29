"""The device can be migrated now."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if one.unmigratable and not other.unmigratable:
        yield edited_body(pair, "it can be migrated now", is_version=True)


RULE = Rule(slug="unmigratable-cleared", find=find)
