"""A field that was always there is there only if something holds.

Where it does not hold, one side sends bytes that the other does not expect: what follows is read
from the wrong place, and the end of the section refuses the stream.

    before    identify: bytes[16];
    after     identify: bytes[16] if identify_set != 0;

Keep sending the field. What should be sent only sometimes goes into a subsection when it is new.
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
                f"`{new.name}` was always there, and is {said(new.condition)}",
                moves=True,
                help="keep sending it: older programs look for it in every stream",
                remedies=as_before(old, new),
            )


RULE = Rule(slug="test-added", number="VM405", mirror="test-removed", find=find)
