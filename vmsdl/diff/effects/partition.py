"""From the ways that a load can end in to five sets of states: arrives, loses, corrupts, refuses,
open.

They are disjoint and cover every state that the sender can save: the ways of a walk are, and of one
way a refusal comes before a corruption, that before what is open, and that before a loss.
"""

from collections.abc import Iterator

from vmsdl.diff.simulate.records import EffectKind, JudgedOutcome
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import and_, is_false, is_true, not_, or_
from vmsdl.expr.nodes import Expr
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionSolver
from vmsdl.prove.shorten import EquivalentStates, shorten

_KINDS = (EffectKind.REFUSED, EffectKind.CORRUPT, EffectKind.OPEN, EffectKind.LOSSY)
_VERDICTS: dict[Verdict, EffectKind | None] = {
    Verdict.OK: None,
    Verdict.LOSSY: EffectKind.LOSSY,
    Verdict.CORRUPT: EffectKind.CORRUPT,
    Verdict.REFUSED: EffectKind.REFUSED,
    Verdict.UNKNOWN: EffectKind.OPEN,
}


class Partition:
    """The states of a direction by what becomes of them; None: they arrive whole."""

    def __init__(self, questions: ConditionSolver) -> None:
        self.questions = questions
        self._states: dict[EffectKind | None, list[Expr]] = {kind: [] for kind in (None, *_KINDS)}
        self._loading: list[Expr] = []
        self._ways: dict[EffectKind, EquivalentStates] = {}

    def add(self, way: JudgedOutcome) -> None:
        left = way.when
        for kind in _KINDS:
            here = or_(*(effect.when for effect in way.effects if effect.kind is kind))
            self._put(kind, and_(left, here))
            left = and_(left, not_(here))
            if kind is EffectKind.REFUSED and way.is_accepted:
                self._loading.append(left)
        if way.is_accepted:
            self._put(None, left)

    def _put(self, kind: EffectKind | None, states: Expr) -> None:
        if not is_false(states):
            self._states[kind].append(states)

    def states(self, kind: EffectKind | None) -> Expr:
        """The states of which this becomes."""
        return or_(*self._states[kind])

    def loading(self) -> list[Expr]:
        """Way by way the states that load, whatever arrives."""
        return self._loading

    def arriving(self) -> list[Expr]:
        """Way by way the states of which all arrives."""
        return self._states[None]

    def besides(self, kind: EffectKind) -> EquivalentStates:
        """What the condition of such an effect may not grow into: the states of all others."""
        if kind not in self._ways:
            others = [self._states[each] for each in self._states if each is not kind]
            self._ways[kind] = EquivalentStates(
                [s for states in others for s in states], self.questions
            )
        return self._ways[kind]

    def in_words(self) -> Iterator[tuple[Verdict, str]]:
        """Each kind of states that there are, as a schema says it."""
        for verdict, kind in _VERDICTS.items():
            whole = shorten(self.states(kind), self.questions)
            if self.questions.possible(whole) is False:
                continue
            rest = not_(whole)
            is_all = is_true(whole) or self.questions.possible(rest) is False
            yield verdict, "always" if is_all else unparse(whole)
