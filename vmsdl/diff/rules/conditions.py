"""How one condition compares with another."""

from vmsdl.diff.changes import Pair
from vmsdl.diff.questions import Prover
from vmsdl.diff.terms import TRUE, both, negation
from vmsdl.schema.description import Description
from vmsdl.schema.expression import Extern


def relation(pair: Pair, old: Description, new: Description) -> str:
    """When a subsection is sent now, beside when it was."""
    if old.needed is None or new.needed is None:
        return "under another condition"
    if isinstance(old.needed, Extern) or isinstance(new.needed, Extern):
        return "under another condition"
    prover = Prover({**pair.old.schema.enums, **pair.new.schema.enums}, {}, TRUE)
    less = prover.satisfiable(both(old.needed, negation(new.needed))).holds
    more = prover.satisfiable(both(new.needed, negation(old.needed))).holds
    match less, more:
        case False, False:
            return "in the same cases, otherwise said"
        case False, True:
            return "in more cases: programs without it refuse more"
        case True, False:
            return "in fewer cases"
        case True, True:
            return "in other cases"
        case _:
            return "under another condition"
