"""An arm of an enum, or a flag, has another name and the same number.

On the wire there are only numbers. Whether the new name means the same nobody can tell from them.

    before    enum Mode : u8 { idle = 0; read = 1; }
    after     enum Mode : u8 { idle = 0; fetch = 1; }

Keep the name where it means the same, and give what is new a new number.
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
        for old, new in enum.renamed:
            edit = edited(
                pair,
                enum.old_fields,
                enum.new_fields,
                f"`{new.name}` has the number that `{old.name}` had: does it mean the same?",
                help="keep the name where it does, and take a new number where it does not",
                remedies=with_text(f"call it `{old.name}` again", new.name_span, old.name),
            )
            yield replace(edit, old=old.span, new=new.span)


RULE = Rule(slug="enum-member-renamed", mirror="enum-member-renamed", find=find)
