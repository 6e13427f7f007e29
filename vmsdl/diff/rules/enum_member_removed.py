"""An arm of an enum, or a flag, is gone.

A receiver refuses a value that no arm has: streams with it cannot be loaded any more.

    before    enum Mode : u8 { idle = 0; read = 1; write = 2; }
    after     enum Mode : u8 { idle = 0; read = 1; }

Keep the arm for as long as streams may have it, and let a hook turn it into what replaced it.
"""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.enums import rearmed
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import behind
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for enum in rearmed(pair):
        if not enum.gone:
            continue
        names = ", ".join(f"`{arm.name}` ({arm.value})" for arm in enum.gone)
        text = " ".join(arm.span.text for arm in enum.gone)
        edit = edited(
            pair,
            enum.old_fields,
            enum.new_fields,
            f"{enum.fields} cannot be {names} any more",
            help="keep the arm for as long as streams may have it",
            remedies=behind(f"keep `{text}`", enum.new.arms[-1].span, f"\n    {text}"),
        )
        yield replace(edit, old=enum.gone[0].span, new=enum.new.span)


RULE = Rule(slug="enum-member-removed", number="VM314", mirror="enum-member-added", find=find)
