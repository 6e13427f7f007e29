"""A subsection is sent in fewer cases than before.

Where it is not sent any more and a field of it is not as after reset, the receiver does not get
that: it goes on from another state, and nothing notices. Where the fields are as after reset in all
those cases, it is harmless, and releases without the subsection load more.

    before    needed tray_open or tray_locked
    after     needed tray_open

Let `needed` hold wherever a field is not as after reset.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.subsections import needed_as_before
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
                f"subsection `{new.name}` is sent {said(new.needed)}, in fewer cases than before",
                help="let `needed` hold wherever a field is not as after reset",
                remedies=needed_as_before(old, new),
            )


RULE = Rule(slug="needed-narrowed", number="VM506", mirror="needed-widened", find=find)
