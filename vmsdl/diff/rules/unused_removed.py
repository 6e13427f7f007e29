"""Unused bytes are gone.

The other side writes no such bytes, or expects none: what follows is read from the wrong place, and
the end of the section refuses the stream.

    before    error: u8;  unused[3];
    after     error: u8;

Keep them for as long as older streams are to be loaded.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import keep_as_unused
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.unused_bytes import bytes_of
from vmsdl.schema.description import Unused


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.REMOVED):
        for gap in change.old:
            if isinstance(gap, Unused):
                yield edited(
                    pair,
                    gap,
                    None,
                    f"{bytes_of([gap])} were removed",
                    moves=True,
                    help="keep them",
                    remedies=keep_as_unused(pair, gap),
                )


RULE = Rule(slug="unused-removed", mirror="unused-added", find=find)
