"""From a condition to one for the same states in fewer words."""

from collections.abc import Iterable

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
_LARGEST = 1000  # no words of that length are read to the end


def shorten(e: Expr, prover: ConditionSolver) -> Expr:
    """What the rest says already, or rules out, is left out."""
    if count_nodes(e) > _LARGEST:
        return e
    ways = []
    for way in collect_operands(e, Operator.OR):
        before = None
        while way != before:
            before, way = way, _shorter(collect_operands(way, Operator.AND), prover)
        ways.append(way)
    return or_(*ways)


def _shorter(parts: list[Expr], prover: ConditionSolver) -> Expr:
    if len(parts) > _MOST_PARTS:
        return and_(*parts)
    for part in reversed(parts):
        rest = [each for each in parts if each is not part]
        if not _can(prover, *rest, not_(part)):
            parts = rest
            continue
        ways = [way for way in collect_operands(part, Operator.OR) if _can(prover, *rest, way)]
        parts = [or_(*ways) if each is part else each for each in parts]
    return and_(*parts)


def _can(prover: ConditionSolver, *parts: Expr) -> bool:
    return prover.possible(and_(*parts)) is not False


_MOST_CANDIDATES = 24


# Parts of formulas that are asked about; then only their form is looked at. What takes more is
# long anyway.
_EFFORT = 3_000


class ExcludedStates:
    """What a condition may not grow into: of each way the condition of its states."""

    def __init__(self, ways: Iterable[Expr], questions: ConditionSolver) -> None:
        self._ways = [way for way in dict.fromkeys(ways) if not is_false(way)]
        self._sizes = [count_nodes(way) for way in self._ways]
        # What hangs on an `extern` stays open: few words less are worth little there.
        self._patience = 0 if any(map(depends_on_extern, self._ways)) else _EFFORT
        self._questions = questions
        # By what a state may not have: the ways, as bits, that are out of question then. Most
        # conditions exclude nearly all ways by their form, and none of these need be asked for.
        self._barred: dict[Expr, int] = {}
        for i, way in enumerate(self._ways):
            for part in collect_operands(way, Operator.AND):
                opposite = not_(part)
                self._barred[opposite] = self._barred.get(opposite, 0) | 1 << i

    def weaken(self, when: Expr) -> Expr:
        """Without what need not be said, as on none of the ways the rest holds without it."""
        parts = collect_operands(when, Operator.AND)
        if len(parts) > _MOST_CANDIDATES:
            return when
        for part in reversed(parts[:-1]):
            rest = [each for each in parts if each is not part]
            if self._exclude(and_(*rest, not_(part))):
                parts = rest
        return and_(*parts)

    def _exclude(self, condition: Expr) -> bool:
        barred = 0
        for part in collect_operands(condition, Operator.AND):
            barred |= self._barred.get(part, 0)
        left = [i for i in range(len(self._ways)) if not barred >> i & 1]
        return all(self._excludes(condition, i) for i in left)

    def _excludes(self, condition: Expr, i: int) -> bool:
        self._patience -= self._sizes[i]
        if self._patience < 0:
            return False
        return self._questions.possible(and_(condition, self._ways[i])) is False
