"""An arm of an enum, or a flag, has another number.

The number is on the wire. It is read as the arm that has it now, silently, or refused where none
has it.

    before    enum Mode : u8 { idle = 0; read = 1; write = 2; }
    after     enum Mode : u8 { idle = 0; write = 1; read = 2; }

Numbers that were sent keep their meaning: give new arms new numbers.
"""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.enums import rearmed
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import with_text
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for enum in rearmed(pair):
        if not enum.moved:
            continue
        words = [f"`{new.name}` was {old.value} and is {new.value}" for old, new in enum.moved]
        edit = edited(
            pair,
            enum.old_fields,
            enum.new_fields,
            f"in {enum.fields} {', '.join(words)}",
            help="numbers that were sent keep their meaning",
            remedies=with_text(
                "give the arms their numbers back", enum.new.span, enum.old.span.text
            ),
        )
        yield replace(edit, old=enum.moved[0][0].span, new=enum.moved[0][1].span)


RULE = Rule(slug="enum-renumbered", number="VM313", mirror="enum-renumbered", find=find)
