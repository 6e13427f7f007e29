"""The fields of a struct stand where the struct stood.

Nesting is not on the wire. The bytes are the same, in the same order, as long as the struct has no
subsections: those are looked for behind every struct.

    before    fifo: Fifo;
    after     head: u32;  num: u32;

Nothing need be done.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import listed
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Field


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.INLINED):
        fields = [piece for piece in change.old if isinstance(piece, Field)]
        yield edited(
            pair,
            change.old,
            change.new,
            f"the fields of {listed(fields)} stand where it stood",
        )


RULE = Rule(slug="struct-inlined", number="VM218", mirror="fields-grouped", find=find)
