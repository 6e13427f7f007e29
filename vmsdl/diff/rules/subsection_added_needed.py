"""A subsection was added that is sent only where it is needed.

Older streams load, and its fields keep their defaults. Older programs refuse a stream that has it,
after they have loaded the rest of the body, and load all others.

    before    device d version 1 { status: u8; }
    after     device d version 1 { status: u8;
                  subsection tray version 1 needed tray_open { tray_open: bool; } }

It is the way to add state. The more seldom `needed` holds, the more streams go back; a property
that is off for older machine types keeps all of theirs.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import said
from vmsdl.diff.rules.needed import is_always
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in () if pair.is_embedded else pair.subsections:
        if old is None and new is not None and not is_always(new) and not pair.is_moved(new):
            yield edited_subsection(
                pair,
                None,
                new,
                f"subsection `{new.name}` was added, and is sent {said(new.needed)}",
            )


RULE = Rule(slug="subsection-added-needed", number="VM501", mirror="subsection-removed", find=find)
