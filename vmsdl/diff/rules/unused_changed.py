"""Unused bytes are in other streams than they were: another gate, or another condition.

Where the two differ, one side writes bytes that the other does not expect.

    before    unused[4];
    after     unused[4] since 2;

Leave them as they were.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.unused_bytes import bytes_of, gaps
from vmsdl.diff.rules.versions import is_asked
from vmsdl.expr.text import words


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in gaps(pair.changed(How.KEPT)):
        is_same = words(old.length) == words(new.length)
        if is_same and (old.since, old.condition) != (new.since, new.condition):
            yield edited(
                pair,
                old,
                new,
                f"{bytes_of([old])} became {bytes_of([new])}",
                moves=True,
                is_version=old.since != new.since and is_asked(pair, new),
                help="leave them as they were",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="unused-changed", mirror="unused-changed", find=find)
