"""A subsection is always sent, and was only where it was needed.

Both sides know it, and a receiver takes it whenever it comes: between these two nothing breaks.
Every release that does not know the subsection refuses every stream now.

    before    needed tray_open
    after     needed true

Put the condition back.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import said
from vmsdl.diff.rules.needed import needed_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is not None and new is not None and needed_change(pair, old, new) == RULE.slug:
            yield edited_subsection(
                pair,
                old,
                new,
                f"subsection `{new.name}` was sent {said(old.needed)}, and always is now: releases "
                "without it refuse every stream",
                help="put the condition back, if any release without it is still to load streams",
            )


RULE = Rule(slug="needed-dropped", number="VM508", mirror="needed-narrowed", find=find)
