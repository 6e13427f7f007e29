"""An embedded struct has a new subsection.

Older streams load. Older programs refuse a stream as soon as one of the places that embed the
struct, or one element of an array of them, needs it.

    before    struct drive version 1 { status: u8; }
    after     struct drive version 1 { status: u8;
                  subsection tray version 1 needed tray_open { tray_open: bool; } }

Let `needed` be false wherever older programs can do without.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if pair.is_embedded and old is None and new is not None:
            owner = pair.new.description.name
            yield edited_subsection(
                pair,
                None,
                new,
                f"`{owner}` has a new subsection `{new.name}`, wherever it is embedded",
                help="let `needed` be false wherever older programs can do without",
            )


RULE = Rule(
    slug="nested-gains-subsection", number="VM604", mirror="nested-loses-subsection", find=find
)
