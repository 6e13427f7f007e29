"""Unused bytes were added, removed, resized, or given to a field.

They are sent as zeros and skipped whatever they hold.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body
from vmsdl.diff.wording import words
from vmsdl.schema.description import Unused


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before = [words(step.length) for step in one.steps if isinstance(step, Unused)]
    after = [words(step.length) for step in other.steps if isinstance(step, Unused)]
    if before != after:
        sizes = " and ".join(", ".join(each) or "none" for each in (before, after))
        yield edited_body(pair, f"unused bytes changed: {sizes}", moves=True)


RULE = Rule(slug="unused-changed", find=find)
