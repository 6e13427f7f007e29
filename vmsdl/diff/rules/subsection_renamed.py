"""A subsection has another name on the wire.

Subsections are found by their names. Neither side knows the other's: a stream that has it is
refused.

    before    subsection tray version 1 needed tray_open { tray_open: bool; }
    after     subsection tray_state version 1 needed tray_open { tray_open: bool; }

Keep the name on the wire: `subsection tray_state as "ide_drive/tray" version 1 …`.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_subsection
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.subsections import called_as_before
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    if pair.old.description.wire_name != pair.new.description.wire_name:
        return  # told of the body, which they are called after
    for old, new in pair.renamed:
        yield edited_subsection(
            pair,
            old,
            new,
            f'subsection "{old.wire_name}" is called "{new.wire_name}" on the wire now',
            help=f'keep the name on the wire: `as "{old.wire_name}"`',
            remedies=called_as_before(old, new),
        )


RULE = Rule(slug="subsection-renamed", number="VM504", mirror="subsection-renamed", find=find)
