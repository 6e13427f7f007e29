"""The whole section is sent only where it is needed now.

An older stream always has it, and loads. An older program that is sent none keeps the state after
reset: whatever was not so is lost to it, silently.

    before    device card version 1 { level: u8; }
    after     device card version 1 needed level != 0 { level: u8; }

See to it that the condition is true wherever a field is not as after reset.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import without_needed
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and one.needed is None and other.needed is not None:
        yield edited_body(
            pair,
            "the section is sent only where it is needed now",
            moves=True,
            help="let the condition be true wherever a field is not as after reset",
            remedies=without_needed(other),
        )


RULE = Rule(
    slug="top-level-needed-added", number="VM107", mirror="top-level-needed-removed", find=find
)
