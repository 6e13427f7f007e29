"""Unused bytes were added.

The other side writes no such bytes, or expects none: what follows is read from the wrong place, and
the end of the section refuses the stream.

    before    error: u8;
    after     error: u8;  unused[3];

Space is not kept for later: put what is new into a subsection when it comes.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import with_text
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.unused_bytes import bytes_of
from vmsdl.diff.rules.versions import is_asked
from vmsdl.schema.description import Unused


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.ADDED):
        for gap in change.new:
            if isinstance(gap, Unused):
                yield edited(
                    pair,
                    None,
                    gap,
                    f"{bytes_of([gap])} were added",
                    moves=True,
                    is_version=is_asked(pair, gap),
                    help="put what is new into a subsection when it comes",
                    remedies=with_text("take them out again", gap.span, ""),
                )


RULE = Rule(slug="unused-added", mirror="unused-removed", find=find)
