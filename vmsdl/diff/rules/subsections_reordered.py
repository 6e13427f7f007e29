"""Subsections stand in another order. They are found by name: nothing changes."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before = [sub.wire_name for sub in one.subsections]
    after = [sub.wire_name for sub in other.subsections]
    shared = [name for name in before if name in after]
    if shared != [name for name in after if name in before]:
        yield edited_body(pair, "subsections stand in another order, which is harmless")


RULE = Rule(slug="subsections-reordered", find=find)
