"""A subsection is sent in other cases than before: in some more, and in some fewer.

Where it is not sent any more, what its fields hold beside their defaults is lost, and nothing
notices. Where it is sent now and was not, releases without it refuse the stream.

    before    needed tray_open
    after     needed tray_locked

Send it in both: `needed tray_open or tray_locked`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.subsections import needed_in_both
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
                f"subsection `{new.name}` was sent {said(old.needed)}, and is {said(new.needed)}",
                help="send it in the old cases and in the new ones",
                remedies=needed_in_both(old, new),
            )


RULE = Rule(slug="needed-incomparable", number="VM507", mirror="needed-incomparable", find=find)
