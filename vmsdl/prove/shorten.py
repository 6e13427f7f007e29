"""From a condition to one for the same states in fewer words."""

from collections.abc import Iterable

from vmsdl.expr.logic import both, either, is_external, is_false, negation, operands, size
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.prove.conditions import Questions

_MOST_PARTS = 24  # each is a question or more
_LARGEST = 1000  # no words of that length are read to the end


def shorter(e: Expr, prover: Questions) -> Expr:
    """What the rest says already, or rules out, is left out."""
    if size(e) > _LARGEST:
        return e
    ways = []
    for way in operands(e, Operator.OR):
        before = None
        while way != before:
            before, way = way, _shorter(operands(way, Operator.AND), prover)
        ways.append(way)
    return either(*ways)


def _shorter(parts: list[Expr], prover: Questions) -> Expr:
    if len(parts) > _MOST_PARTS:
        return both(*parts)
    for part in reversed(parts):
        rest = [each for each in parts if each is not part]
        if not _can(prover, *rest, negation(part)):
            parts = rest
            continue
        ways = [way for way in operands(part, Operator.OR) if _can(prover, *rest, way)]
        parts = [either(*ways) if each is part else each for each in parts]
    return both(*parts)


def _can(prover: Questions, *parts: Expr) -> bool:
    return prover.possible(both(*parts)) is not False


_MOST_CANDIDATES = 24


# Parts of formulas that are asked about; then only their form is looked at. What takes more is
# long anyway.
_EFFORT = 3_000


class Ways:
    """What a condition may not grow into: of each way the condition of its states."""

    def __init__(self, ways: Iterable[Expr], questions: Questions) -> None:
        self._ways = [way for way in dict.fromkeys(ways) if not is_false(way)]
        self._sizes = [size(way) for way in self._ways]
        # What hangs on an `extern` stays open: few words less are worth little there.
        self._patience = 0 if any(map(is_external, self._ways)) else _EFFORT
        self._questions = questions
        # By what a state may not have: the ways, as bits, that are out of question then. Most
        # conditions exclude nearly all ways by their form, and none of these need be asked for.
        self._barred: dict[Expr, int] = {}
        for i, way in enumerate(self._ways):
            for part in operands(way, Operator.AND):
                opposite = negation(part)
                self._barred[opposite] = self._barred.get(opposite, 0) | 1 << i

    def relaxed(self, when: Expr) -> Expr:
        """Without what need not be said, as on none of the ways the rest holds without it."""
        parts = operands(when, Operator.AND)
        if len(parts) > _MOST_CANDIDATES:
            return when
        for part in reversed(parts[:-1]):
            rest = [each for each in parts if each is not part]
            if self._exclude(both(*rest, negation(part))):
                parts = rest
        return both(*parts)

    def _exclude(self, condition: Expr) -> bool:
        barred = 0
        for part in operands(condition, Operator.AND):
            barred |= self._barred.get(part, 0)
        left = [i for i in range(len(self._ways)) if not barred >> i & 1]
        return all(self._excludes(condition, i) for i in left)

    def _excludes(self, condition: Expr, i: int) -> bool:
        self._patience -= self._sizes[i]
        if self._patience < 0:
            return False
        return self._questions.possible(both(condition, self._ways[i])) is False
