"""Unused bytes are more than they were, or fewer.

What follows is read from the wrong place, and the end of the section refuses the stream.

    before    unused[4];
    after     unused[3];

Leave their number; what is put into a gap and what is left of it are together as long as it was.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.unused_bytes import bytes_of, gaps
from vmsdl.expr.text import words


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in gaps(pair.changed(How.KEPT)):
        if words(old.length) != words(new.length):
            yield edited(
                pair,
                old,
                new,
                f"{bytes_of([old])} became {bytes_of([new])}",
                moves=True,
                help="leave their number",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="unused-resized", number="VM211", mirror="unused-resized", find=find)
