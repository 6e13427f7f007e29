"""A field is gone, and its bytes with it.

Older streams still carry them, so every later field is read from the wrong place. The end of the
section notices, unless something else shifted back.

    before    irq_level: u8;
    after     (nothing)

Keep the bytes with `unused[1];`, or raise the minimum above the versions that had the field.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import keep_as_unused
from vmsdl.diff.rules.removal import Removal, removal
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old in pair.removed:
        if removal(pair, old) is Removal.PLAIN:
            yield edited(
                pair,
                old,
                None,
                f"`{old.name}` was removed",
                moves=True,
                help="keep its place with `unused[…];`",
                remedies=keep_as_unused(pair, old),
            )


RULE = Rule(slug="field-removed", number="VM205", mirror="field-added-ungated", find=find)
