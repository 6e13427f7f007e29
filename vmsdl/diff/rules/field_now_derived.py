"""A field is worked out or known now, and not sent any more: a `let` or a `local` has its name.

Older streams still carry its bytes, so what follows is read from the wrong place. And where the
formula does not hold of an older state, the value is lost.

    before    level: u8;  pending: bool;
    after     let pending = level != 0;  level: u8;

Keep the bytes with `unused[…];`, and see that the formula holds of every older state.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import How, Pair
from vmsdl.diff.fixes.text_edits import keep_as_unused
from vmsdl.diff.rules.rule import Rule
from vmsdl.schema.description import Field


def find(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(How.DERIVED):
        for old in change.old:
            assert isinstance(old, Field)
            yield edited(
                pair,
                old,
                None,
                f"`{old.name}` is not sent any more, but worked out or known to both sides",
                moves=True,
                help="keep its place with `unused[…];`",
                remedies=keep_as_unused(pair, old),
            )


RULE = Rule(slug="field-now-derived", number="VM712", mirror="field-not-derived", find=find)
