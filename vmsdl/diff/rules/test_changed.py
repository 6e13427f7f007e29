"""The condition under which a field is there is another one.

Each side goes by its own, on its own memory. Where the two differ, one side sends bytes that the
other does not expect, or looks for bytes that were not sent.

    before    sense: u8 if status != 0;
    after     sense: u8 if status > 1;

Put the old condition back. Where both always come out alike, nothing changes.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import as_before
from vmsdl.diff.rules.conditions import WORDS, relation, said, scope_of
from vmsdl.diff.rules.gate_changes import test_change
from vmsdl.diff.rules.rule import Rule
from vmsdl.expr.nodes import Extern
from vmsdl.prove.implication import Relation
from vmsdl.schema.description import Field


def find(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if test_change(pair, old, new) != RULE.slug:
            continue
        if _are_alike(pair, old, new):
            message = f"`{new.name}` is there {WORDS[Relation.SAME]}: {said(new.condition)}"
            yield edited(pair, old, new, message)
            continue
        yield edited(
            pair,
            old,
            new,
            f"`{new.name}` was there {said(old.condition)}, and is {said(new.condition)}",
            moves=True,
            help="put the old condition back: where the two differ, nothing else says who is right",
            remedies=as_before(old, new),
        )


def _are_alike(pair: Pair, old: Field, new: Field) -> bool:
    before, after = old.condition, new.condition
    if before is None or after is None or isinstance(before, Extern) or isinstance(after, Extern):
        return False
    return relation(pair, scope_of(pair), before, after) is Relation.SAME


RULE = Rule(slug="test-changed", number="VM407", mirror="test-changed", find=find)
