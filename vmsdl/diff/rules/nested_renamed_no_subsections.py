"""An embedded struct has another name. It has no subsections, so its name is not on the wire.

    before    struct fifo8 version 1 { head: u8; }
    after     struct fifo version 1 { head: u8; }

Nothing changes; nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    is_bare = not one.subsections and not other.subsections
    if pair.is_embedded and is_bare and one.wire_name != other.wire_name:
        yield edited_body(
            pair,
            f'"{one.wire_name}" is called "{other.wire_name}" now, which is not on the wire',
        )


RULE = Rule(
    slug="nested-renamed-no-subsections",
    number="VM605",
    mirror="nested-renamed-no-subsections",
    find=find,
)
