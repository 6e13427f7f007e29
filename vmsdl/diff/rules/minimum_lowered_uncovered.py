"""The minimum was lowered.

Streams older than what was read before are accepted now; nothing here says that their
layout is described.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before, after = one.minimum_version_id, other.minimum_version_id
    if pair.is_top and after < before:
        yield edited_body(
            pair,
            f"minimum {before} became {after}: are the older layouts described by `since`?",
        )


RULE = Rule(slug="minimum-lowered-uncovered", find=find)
