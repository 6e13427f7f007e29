"""A condition on a sender's states as a reader takes it in: one line or two, or that it is long."""

from vmsdl.diff.matching.fields import Side
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import unparse
from vmsdl.records import dataclass

LONGEST = 140  # characters: two lines of a terminal, with what stands around them
IN_SOME_STATES = "in some states"


@dataclass(frozen=True, slots=True)
class ConditionWords:
    """A condition in words. Not `is_exact`: the text leaves open which states they are."""

    text: str
    is_exact: bool


def describe_condition(condition: Expr, sender: Side | None = None) -> ConditionWords:
    """The states of `sender` that a condition holds in, in at most `LONGEST` characters.

    With the sender, places are known by their types: how many elements an array has, and which
    values are there after reset.
    """
    text = unparse(condition)
    if len(text) <= LONGEST:
        return ConditionWords(text, is_exact=True)
    return ConditionWords(IN_SOME_STATES, is_exact=False)
