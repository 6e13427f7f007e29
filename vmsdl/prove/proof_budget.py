"""How much work the checks of one schema may take: less after many hard questions."""

from vmsdl.prove.solve import By, Effort, SolverAnswer

_MOST_HARD = 30


class ProofBudget:
    """No schema takes more than a few seconds of the solver in all."""

    def __init__(self, *, is_any_state_enough: bool) -> None:
        self._hard = 0
        self._first = Effort(states=1 << 13, solver=60_000, is_any_state_enough=is_any_state_enough)
        self._later = Effort(states=1 << 10, solver=0, is_any_state_enough=is_any_state_enough)

    @property
    def effort(self) -> Effort:
        return self._first if self._hard < _MOST_HARD else self._later

    def record(self, answer: SolverAnswer) -> SolverAnswer:
        """Counts the work of an answer, and returns the answer."""
        self._hard += answer.by is By.SOLVER
        return answer
