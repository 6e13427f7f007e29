"""A field stands where unused bytes stood, but not as many, or not in the same streams.

What follows is read from the wrong place, and the end of the section refuses the stream.

    before    unused[1];
    after     level: u32;

Use the bytes that are there and leave the rest unused; or put the field into a subsection.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import into_subsection, listed
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.unused_bytes import bytes_of, fields_of, is_in_place


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.FROM_UNUSED):
        if not is_in_place(pair, change):
            fields = fields_of(change.new)
            before = bytes_of(change.old)
            yield edited(
                pair,
                change.old,
                change.new,
                f"{listed(fields)} stands where {before} stood, which is not its place",
                moves=True,
                help="use the bytes that are there, and leave the rest unused",
                remedies=into_subsection(pair, fields[0], left=change.old[0].span.text),
            )


RULE = Rule(slug="unused-to-field-other-width", mirror="field-to-unused-other-width", find=find)
