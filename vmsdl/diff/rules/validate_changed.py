"""A rule between fields was added, removed or changed (`validate`).

It is checked on load, and on save too: a state that violates it cannot be saved any more.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body
from vmsdl.schema.description import Validate


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before = [step.condition for step in one.steps if isinstance(step, Validate)]
    after = [step.condition for step in other.steps if isinstance(step, Validate)]
    if before != after:
        yield edited_body(pair, "what is validated changed")


RULE = Rule(slug="validate-changed", find=find)
