"""A field stands where unused bytes stood, as many.

Nothing moves. Older programs wrote zeros there, so the field is 0 and not its default: a wrong
value where the default is another. They skip what they are sent: it is lost to them.

    before    unused[4];
    after     level: u8;  unused[3];

Give it a default of 0, or put it into a subsection and leave the bytes unused.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Change, How, Pair
from vmsdl.diff.fixes.text_edits import into_subsection, listed
from vmsdl.diff.report import Remedy
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.unused_bytes import bytes_of, fields_of, is_in_place
from vmsdl.schema.sizes import width_of


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.FROM_UNUSED):
        if is_in_place(pair, change):
            yield edited(
                pair,
                change.old,
                change.new,
                f"{listed(fields_of(change.new))} stands where {bytes_of(change.old)} stood",
                help="older programs send 0 there, and skip what they are sent",
                remedies=_left_unused(pair, change),
            )


def _left_unused(pair: Pair, change: Change) -> Iterator[Remedy]:
    fields = fields_of(change.new)
    if len(fields) == 1:
        width = width_of(fields[0].type, pair.new.schema)
        yield from into_subsection(pair, fields[0], left=f"unused[{width}];")


RULE = Rule(slug="unused-to-field", number="VM210", mirror="field-to-unused", find=find)
