"""The condition under which the whole section is sent changed."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and one.needed != other.needed:
        yield edited_body(pair, "the section is sent under another condition", moves=True)


RULE = Rule(slug="top-level-needed-changed", find=find)
