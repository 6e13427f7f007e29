"""The condition under which the whole section is sent changed.

The sender decides. Where it sends less than it did, what is left out is lost, unless it is as after
reset; where it sends more, programs that do not know the section refuse more.

    before    device card version 1 needed level != 0 { level: u8; }
    after     device card version 1 needed level > 1 { level: u8; }

Let it be sent in every case in which it was.
"""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, edited_body
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import with_either_needed
from vmsdl.diff.rules.conditions import WORDS, relation, scope_of
from vmsdl.diff.rules.rule import Rule
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.prove.implication import Relation


def find(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if pair.is_top and None not in (one.needed, other.needed) and one.needed != other.needed:
        yield edited_body(
            pair,
            f"the section is sent {_how(pair, one.needed, other.needed)}",
            moves=True,
            help="let it be sent in every case in which it was",
            remedies=with_either_needed(one, other),
        )


def _how(pair: Pair, old: Expr | Extern | None, new: Expr | Extern | None) -> str:
    if old is None or new is None or isinstance(old, Extern) or isinstance(new, Extern):
        return WORDS[Relation.OPEN]
    return WORDS[relation(pair, scope_of(pair), old, new)]


RULE = Rule(slug="top-level-needed-changed", mirror="top-level-needed-changed", find=find)
