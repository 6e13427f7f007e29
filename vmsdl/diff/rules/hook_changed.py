"""A hook was added or removed. What it does is not in the schema."""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = set(one.hooks), set(other.hooks)
    if before != after:
        names = ", ".join(sorted(hook.value for hook in before ^ after))
        yield edited_body(pair, f"a hook was added or removed: {names}")


RULE = Rule(slug="hook-changed", find=find)
