"""An arm of an enum, or a flag, is new.

Older streams load. Older programs refuse a stream that has the new value, and load all others.

    before    enum Mode : u8 { idle = 0; read = 1; }
    after     enum Mode : u8 { idle = 0; read = 1; write = 2; }

Where the way back must stay open, let a property for older machine types keep the value from
coming up.
"""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.enums import rearmed
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for enum in rearmed(pair):
        if not enum.came:
            continue
        names = ", ".join(f"`{arm.name}` ({arm.value})" for arm in enum.came)
        edit = edited(
            pair,
            enum.old_fields,
            enum.new_fields,
            f"{enum.fields} can be {names} now",
            help="keep it from coming up on older machine types where the way back must stay open",
        )
        yield replace(edit, old=enum.old.span, new=enum.came[0].span)


RULE = Rule(slug="enum-member-added", mirror="enum-member-removed", find=find)
