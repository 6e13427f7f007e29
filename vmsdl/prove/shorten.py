"""Shorter conditions for the same states, and weaker ones that still exclude all other states."""

from collections.abc import Iterable

from vmsdl.expr.concise import make_concise
from vmsdl.expr.logic import (
    and_,
    collect_operands,
    count_nodes,
    depends_on_extern,
    is_false,
    not_,
    or_,
)
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.prove.conditions import ConditionSolver

_MOST_PARTS = 24  # each is a question or more
_LARGEST = 500  # nobody reads a longer condition to its end


def shorten(e: Expr, prover: ConditionSolver) -> Expr:
    """Without parts that the other parts imply, and without alternatives that they exclude.

    What can be seen without the prover comes first: each part that is left is a question to it.
    """
    if count_nodes(e, _LARGEST) > _LARGEST:
        return e
    e = make_concise(e)
    alternatives = []
    for alternative in collect_operands(e, Operator.OR):
        before = None
        while alternative != before:
            before = alternative
            alternative = _shorten_parts(collect_operands(alternative, Operator.AND), prover)
        alternatives.append(alternative)
    return make_concise(or_(*alternatives))


def _shorten_parts(parts: list[Expr], prover: ConditionSolver) -> Expr:
    if len(parts) > _MOST_PARTS:
        return and_(*parts)
    for part in reversed(parts):
        rest = [each for each in parts if each is not part]
        if not _is_possible(prover, *rest, not_(part)):
            parts = rest
            continue
        left = [
            each
            for each in collect_operands(part, Operator.OR)
            if _is_possible(prover, *rest, each)
        ]
        parts = [or_(*left) if each is part else each for each in parts]
    return and_(*parts)


def _is_possible(prover: ConditionSolver, *parts: Expr) -> bool:
    return prover.possible(and_(*parts)) is not False


_MOST_CANDIDATES = 24


# Nodes of conditions that the prover is asked about. After that only their form is compared.
_EFFORT = 3_000


class ExcludedStates:
    """States that a condition must not hold in, as one condition for each set of them."""

    def __init__(self, sets: Iterable[Expr], solver: ConditionSolver) -> None:
        self._sets = [each for each in dict.fromkeys(sets) if not is_false(each)]
        self._sizes = [count_nodes(each) for each in self._sets]
        # Where an `extern` decides, shorter conditions are worth little.
        self._effort = 0 if any(map(depends_on_extern, self._sets)) else _EFFORT
        self._solver = solver
        # By a condition: the sets, as bits, whose states it excludes by its form. Most conditions
        # exclude nearly all sets so, and the prover need not be asked about these.
        self._excluded: dict[Expr, int] = {}
        for i, each in enumerate(self._sets):
            for part in collect_operands(each, Operator.AND):
                opposite = not_(part)
                self._excluded[opposite] = self._excluded.get(opposite, 0) | 1 << i

    def weaken(self, condition: Expr) -> Expr:
        """The condition without parts that no excluded state makes necessary."""
        parts = collect_operands(condition, Operator.AND)
        if len(parts) > _MOST_CANDIDATES:
            return condition
        for part in reversed(parts[:-1]):
            rest = [each for each in parts if each is not part]
            if self._holds_in_none(and_(*rest, not_(part))):
                parts = rest
        return and_(*parts)

    def _holds_in_none(self, condition: Expr) -> bool:
        excluded = 0
        for part in collect_operands(condition, Operator.AND):
            excluded |= self._excluded.get(part, 0)
        left = [i for i in range(len(self._sets)) if not excluded >> i & 1]
        return all(self._is_disjoint(condition, i) for i in left)

    def _is_disjoint(self, condition: Expr, i: int) -> bool:
        self._effort -= self._sizes[i]
        if self._effort < 0:
            return False
        return self._solver.possible(and_(condition, self._sets[i])) is False
