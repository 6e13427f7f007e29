"""A subsection is sent in more cases than before.

Both sides know it, and a receiver takes it whenever it comes: between these two nothing breaks. A
release that does not know the subsection refuses the added cases too.

    before    needed tray_open
    after     needed tray_open or tray_locked

Widen no further than the state that is lost otherwise.
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
                f"subsection `{new.name}` is sent {said(new.needed)}, in more cases than before: "
                "releases without it refuse those too",
                help="see that releases without it need not load the added cases",
            )


RULE = Rule(slug="needed-widened", number="VM505", mirror="needed-narrowed", find=find)
