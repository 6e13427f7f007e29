"""A subsection was added that is always sent.

Older programs refuse every stream that has it: there is no way back.

    before    device d version 1 { status: u8; }
    after     device d version 1 { status: u8;
                  subsection tray version 1 needed true { tray_open: bool; } }

Give it a `needed` that is false where its fields are as after reset.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.subsections import needed_where_it_differs
from vmsdl.diff.rules.needed import is_always
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in () if pair.is_embedded else pair.subsections:
        if old is None and new is not None and is_always(new) and not pair.is_moved(new):
            yield edited_subsection(
                pair,
                None,
                new,
                f"subsection `{new.name}` was added, and is always sent",
                help="give it a `needed` that is false where older programs can do without",
                remedies=needed_where_it_differs(pair, new),
            )


RULE = Rule(
    slug="subsection-added-unconditional", number="VM502", mirror="subsection-removed", find=find
)
