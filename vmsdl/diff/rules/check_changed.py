"""What is demanded of a value was added, removed or changed (`where`).

The receiver refuses what its own check does not hold for; a sender that violates its own
cannot save.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        before = [check.condition for check in old.checks]
        after = [check.condition for check in new.checks]
        if before != after:
            word = "added" if not before else "dropped" if not after else "changed"
            yield edited(pair, old, new, f"a check of `{new.name}` was {word}")


RULE = Rule(slug="check-changed", find=find)
