"""The sender's states in five sets: arrive whole, lose, are corrupted, are refused, unknown.

The sets are disjoint and cover every state that the sender can save. The outcomes of a walk are
disjoint; and in the states of one outcome a refusal comes before a corruption, that before what is
unknown, and that before a loss.
"""

from collections.abc import Iterator

from vmsdl.diff.simulate.records import EffectKind, JudgedOutcome
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import and_, drop_known, is_false, is_true, not_, or_
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionSolver
from vmsdl.prove.shorten import ExcludedStates, shorten

_KINDS = (EffectKind.REFUSED, EffectKind.CORRUPT, EffectKind.OPEN, EffectKind.LOSSY)
_VERDICTS: dict[Verdict, EffectKind | None] = {
    Verdict.OK: None,
    Verdict.LOSSY: EffectKind.LOSSY,
    Verdict.CORRUPT: EffectKind.CORRUPT,
    Verdict.REFUSED: EffectKind.REFUSED,
    Verdict.UNKNOWN: EffectKind.OPEN,
}


class Partition:
    """The states of one direction by what happens to them; None: they arrive whole."""

    def __init__(self, solver: ConditionSolver) -> None:
        self.solver = solver
        self._states: dict[EffectKind | None, list[Expr]] = {kind: [] for kind in (None, *_KINDS)}
        self._loading: list[Expr] = []
        self._others: dict[EffectKind, ExcludedStates] = {}
        self.outcomes = 0  # that were added: how much of the load had to be followed

    def add(self, outcome: JudgedOutcome) -> None:
        self.outcomes += 1
        left = outcome.condition
        for kind in _KINDS:
            # Each effect's condition repeats that of its outcome, which holds here.
            own = (e.condition for e in outcome.effects if e.kind is kind)
            states = or_(*(drop_known(each, outcome.condition) for each in own))
            self._put(kind, and_(left, states))
            left = and_(left, not_(states))
            if kind is EffectKind.REFUSED and outcome.is_accepted:
                self._loading.append(left)
        if outcome.is_accepted:
            self._put(None, left)

    def _put(self, kind: EffectKind | None, states: Expr) -> None:
        if not is_false(states):
            self._states[kind].append(states)

    def states(self, kind: EffectKind | None) -> Expr:
        """The states of one of the sets."""
        return or_(*self._states[kind])

    def find_loading(self) -> list[Expr]:
        """For each outcome the states that load, whatever arrives."""
        return self._loading

    def find_arriving(self) -> list[Expr]:
        """For each outcome the states that arrive whole."""
        return self._states[None]

    def exclude_others(self, kind: EffectKind) -> ExcludedStates:
        """The states of all other sets: those that an effect's condition must not hold in."""
        if kind not in self._others:
            others = [states for each, states in self._states.items() if each is not kind]
            self._others[kind] = ExcludedStates(
                [condition for states in others for condition in states], self.solver
            )
        return self._others[kind]

    def describe(self) -> Iterator[tuple[Verdict, str]]:
        """Each set that has states, as a condition in the words of the schema."""
        for verdict, kind in _VERDICTS.items():
            whole = shorten(self.states(kind), self.solver)
            if self.solver.possible(whole) is False:
                continue
            is_all = is_true(whole) or self.solver.possible(not_(whole)) is False
            yield verdict, "always" if is_all else unparse(whole)
