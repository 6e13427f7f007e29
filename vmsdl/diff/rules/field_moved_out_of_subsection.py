"""A field went from a subsection into the body that has it.

The body has more bytes than before: what follows is read from the wrong place. In the subsection
its bytes are missing, or nobody knows that any more.

    before    device d version 1 { a: u8;
                  subsection state version 1 needed tray != 0 { tray: u8; } }
    after     device d version 1 { a: u8; tray: u8; }

Leave it where it is: a subsection is as good a place as any.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_move
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for move in pair.moves:
        if move.new_owner is pair.new.description:
            yield edited_move(
                pair,
                move,
                f"`{move.new.name}` went out of subsection `{move.old_owner.name}`",
                help="leave it in the subsection",
            )


RULE = Rule(
    slug="field-moved-out-of-subsection",
    number="VM512",
    mirror="field-moved-into-subsection",
    find=find,
)
