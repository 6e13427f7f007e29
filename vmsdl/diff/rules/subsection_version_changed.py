"""The version of a subsection was raised or lowered, or its minimum.

It is on the wire: a receiver refuses one that is too new or too old for it, wherever it is sent.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.rules.rule import Edit, Rule, edited_subsection


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is None or new is None:
            continue
        before = old.version_id, old.minimum_version_id
        after = new.version_id, new.minimum_version_id
        if before != after:
            yield edited_subsection(
                pair,
                old,
                new,
                f"subsection `{new.name}` was version {before[0]} (minimum {before[1]}) and is "
                f"{after[0]} ({after[1]})",
            )


RULE = Rule(slug="subsection-version-changed", find=find)
