"""An embedded struct has lost a subsection.

A stream is refused as soon as one of the places that embed the struct, or one element of an array
of them, has sent it.

    before    struct drive version 1 { status: u8;
                  subsection tray version 1 needed tray_open { tray_open: bool; } }
    after     struct drive version 1 { status: u8; }

Keep it, and never send it: `needed false`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if pair.is_embedded and old is not None and new is None:
            owner = pair.new.description.name
            yield edited_subsection(
                pair,
                old,
                None,
                f"`{owner}` has no subsection `{old.name}` any more, wherever it is embedded",
                help="keep it, and never send it: `needed false`",
            )


RULE = Rule(slug="nested-loses-subsection", mirror="nested-gains-subsection", find=find)
