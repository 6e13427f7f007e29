"""A field went from one subsection to another.

Each of the two is as long as the other side does not expect. A stream that has neither loads.

    before    subsection tray … { open: bool; locked: bool; }  subsection media … { fresh: bool; }
    after     subsection tray … { open: bool; }  subsection media … { fresh: bool; locked: bool; }

Leave it where it is, or put it into a new subsection and leave `unused` bytes.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_move
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    bodies = (pair.old.description, pair.new.description)
    for move in pair.moves:
        if move.old_owner is not bodies[0] and move.new_owner is not bodies[1]:
            yield edited_move(
                pair,
                move,
                f"`{move.new.name}` went from subsection `{move.old_owner.name}` to "
                f"`{move.new_owner.name}`",
                help="leave it in the subsection that it was in",
            )


RULE = Rule(
    slug="field-moved-between-subsections",
    number="VM513",
    mirror="field-moved-between-subsections",
    find=find,
)
