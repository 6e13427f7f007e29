"""The condition under which the whole section is sent changed.

The sender decides. Where it sends less than it did, what is left out is lost, unless it is as after
reset; where it sends more, programs that do not know the section refuse more.

    before    device card version 1 needed level != 0 { level: u8; }
    after     device card version 1 needed level > 1 { level: u8; }

Let it be sent in every case in which it was.
"""

from collections.abc import Iterator

from vmsdl.diff.changes import Pair
from vmsdl.diff.mending import with_either_needed
from vmsdl.diff.rules.conditions import relation
from vmsdl.diff.rules.rule import Edit, Rule, edited_body


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and None not in (one.needed, other.needed) and one.needed != other.needed:
        yield edited_body(
            pair,
            f"the section is sent {relation(pair, one, other)}",
            moves=True,
            help="let it be sent in every case in which it was",
            remedies=with_either_needed(one, other),
        )


RULE = Rule(slug="top-level-needed-changed", mirror="top-level-needed-changed", find=find)
