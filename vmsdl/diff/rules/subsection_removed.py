"""A subsection is gone.

Streams that have it are refused. Older programs, which get streams without it, keep its fields as
they are.

    before    subsection tray version 1 needed tray_open { tray_open: bool; }
    after     (nothing)

Keep it, and never send it: `needed false`. Then older streams load.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.subsections import keep_unsent
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in () if pair.is_embedded else pair.subsections:
        if old is not None and new is None and not pair.is_moved(old):
            yield edited_subsection(
                pair,
                old,
                None,
                f"subsection `{old.name}` was removed",
                help="keep it, and never send it: `needed false`",
                remedies=keep_unsent(pair, old),
            )


RULE = Rule(slug="subsection-removed", number="VM503", mirror="subsection-added-needed", find=find)
