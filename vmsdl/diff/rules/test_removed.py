"""A field that was there only if something holds is always there.

Where it does not hold, older streams do not have its bytes, and older programs do not expect them:
what follows is read from the wrong place.

    before    identify: bytes[16] if identify_set != 0;
    after     identify: bytes[16];

Put the condition back.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.conditions import said
from vmsdl.diff.rules.gate_changes import test_change
from vmsdl.diff.rules.rule import Rule


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if test_change(pair, old, new) == RULE.slug:
            yield edited(
                pair,
                old,
                new,
                f"`{new.name}` was there {said(old.condition)}, and always is now",
                moves=True,
                help="put the condition back: older streams have the field only under it",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="test-removed", number="VM406", mirror="test-added", find=find)
