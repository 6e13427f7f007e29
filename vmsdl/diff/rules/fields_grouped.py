"""Fields became a struct that stands where they stood.

Nesting is not on the wire. The bytes are the same, in the same order, as long as the struct has no
subsections: those are looked for behind every struct.

    before    head: u32;  num: u32;
    after     fifo: Fifo;

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import listed
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Field


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.GROUPED):
        fields = [piece for piece in change.new if isinstance(piece, Field)]
        yield edited(
            pair,
            change.old,
            change.new,
            f"{listed(fields)} holds the fields that stood in its place",
        )


RULE = Rule(slug="fields-grouped", mirror="struct-inlined", find=find)
