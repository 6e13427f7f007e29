"""A field went from a body into a subsection of it.

Its bytes are missing where they stood: what follows is read from the wrong place. The subsection is
another place altogether.

    before    device d version 1 { a: u8; tray: u8; b: u16; }
    after     device d version 1 { a: u8; b: u16;
                  subsection state version 1 needed tray != 0 { tray: u8; } }

Leave `unused[1];` where it stood, or raise the version and the minimum.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_move
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import keep_as_unused
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for move in pair.moves:
        if move.old_owner is pair.old.description:
            yield edited_move(
                pair,
                move,
                f"`{move.old.name}` went into subsection `{move.new_owner.name}`",
                help="leave `unused[…];` where it stood",
                remedies=keep_as_unused(pair, move.old),
            )


RULE = Rule(
    slug="field-moved-into-subsection",
    number="VM511",
    mirror="field-moved-out-of-subsection",
    find=find,
)
