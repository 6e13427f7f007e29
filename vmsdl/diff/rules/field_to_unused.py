"""Unused bytes stand where a field stood, as many.

Nothing moves. Older streams load, and the value is skipped. Older programs are sent zeros: fine
where 0 is what the field holds after reset, and a wrong value where it is not.

    before    irq_level: u8;
    after     unused[1];

It is the way to give up a field. Where 0 is a wrong value, keep the field.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import as_before, listed
from vmsdl.diff.rules.rule import Rule
from vmsdl.diff.rules.unused_bytes import bytes_of, fields_of, is_in_place


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.TO_UNUSED):
        if is_in_place(pair, change):
            fields = fields_of(change.old)
            yield edited(
                pair,
                change.old,
                change.new,
                f"{listed(fields)} became {bytes_of(change.new)}",
                help="harmless where 0 is a value that older programs can do with",
                remedies=as_before(change.old[0], change.new[0]) if len(change.old) == 1 else (),
            )


RULE = Rule(slug="field-to-unused", number="VM208", mirror="unused-to-field", find=find)
