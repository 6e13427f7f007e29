"""A condition on a sender's states as a reader takes it in: one line or two, or that it is long.

A schema writes most conditions best. Words are used where they are shorter: of neighbouring
elements, of whole objects, of the receiver's own values. What takes a value apart into bytes is
not shown: it says how the codecs work, not what the state is.
"""

from vmsdl.diff.matching.fields import Side
from vmsdl.diff.wording.clauses import ClauseWriter, Words
from vmsdl.diff.wording.member_names import name_members
from vmsdl.diff.wording.places import SenderPlaces
from vmsdl.expr.concise import make_concise
from vmsdl.expr.logic import count_nodes, is_false, is_true
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import unparse
from vmsdl.records import dataclass

LONGEST = 140  # characters: two lines of a terminal, with what stands around them
IN_SOME_STATES = "in some states"
_MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """A condition in words. Not `is_exact`: the text leaves open which states they are.

    `is_expression`: the text is in the syntax of a schema as a whole. Other texts are words, in
    which what is in that syntax stands between backquotes.
    """

    text: str
    is_exact: bool
    is_expression: bool = False


_LONG = ConditionWords(IN_SOME_STATES, is_exact=False)


def describe_condition(condition: Expr, sender: Side | None = None) -> ConditionWords:
    """The states of `sender` that a condition holds in, in at most `LONGEST` characters.

    With the sender, places are known by their types: how many elements an array has, and which
    values are there after reset.
    """
    if count_nodes(condition) > _MOST_NODES:
        return _LONG
    try:
        e = make_concise(condition)
        if is_true(e) or is_false(e):
            return ConditionWords("always" if is_true(e) else "never", is_exact=True)
        clause = ClauseWriter(SenderPlaces(sender)).write(name_members(e, sender))
    except RecursionError:
        return _LONG
    if clause is None:
        return _LONG
    is_expression = not isinstance(clause, Words)
    text = clause.text if isinstance(clause, Words) else unparse(clause)
    if len(text) > LONGEST:
        return _LONG
    return ConditionWords(text, is_exact=True, is_expression=is_expression)
