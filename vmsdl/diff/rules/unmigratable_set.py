"""The device is marked as not migratable: it can no longer be saved, nor loaded."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if other.unmigratable and not one.unmigratable:
        yield edited_body(pair, "it cannot be migrated any more", is_version=True)


RULE = Rule(slug="unmigratable-set", find=find)
