"""How much work a comparison may take: counted, and so the same on every machine.

One budget is shared by all that a comparison does: steps of a load, questions, states that are
tried. When it is spent, nothing more is asked, and what is not proved by then is not known.
"""

from collections import Counter
from dataclasses import dataclass as mutable
from dataclasses import field
from enum import Enum


class Work(Enum):
    """What is counted."""

    STEPS = "steps"  # of a simulated load
    BRANCHES = "parts of conditions"  # under which a load is followed
    PARTS = "parts"  # of conditions that an answer is looked for
    PLACES = "places"  # of conditions that are computed for the state after reset
    QUESTIONS = "questions"
    SIZES = "squares"  # of the sizes of questions: a long one takes more than two short ones
    STATES = "states"  # that were tried
    SOLVER = "units of the solver"


# How much of a budget one of each takes: about its microseconds.
_COSTS = {
    Work.STEPS: 30,
    Work.BRANCHES: 100,
    Work.PARTS: 10,
    Work.PLACES: 5,
    Work.QUESTIONS: 50,
    Work.SIZES: 1,
    Work.STATES: 2,
    Work.SOLVER: 1,
}
COMPARISON = 12_000_000  # for one device, in both directions and on all machine types
MIGRATION = 3_000_000  # for one direction, on machine types that behave alike


@mutable(slots=True)
class Budget:
    """How much may be spent, and what was. What a share spends, the whole has spent too."""

    limit: int = MIGRATION
    whole: "Budget | None" = None
    stage: str = ""
    spent: int = 0
    counts: Counter[Work] = field(default_factory=Counter)
    shares: list["Budget"] = field(default_factory=list)

    def spend(self, work: Work, number: int = 1) -> None:
        budget: Budget | None = self
        while budget is not None:
            budget.counts[work] += number
            budget.spent += _COSTS[work] * number
            budget = budget.whole

    @property
    def left(self) -> int:
        own = max(0, self.limit - self.spent)
        return own if self.whole is None else min(own, self.whole.left)

    @property
    def is_spent(self) -> bool:
        return not self.left

    def find_most(self, work: Work) -> int:
        """How many can still be paid for."""
        return self.left // _COSTS[work]

    def share(self, parts: int, stage: str = "", most: int = COMPARISON) -> "Budget":
        """What one of so many pieces of work that are still to do may spend."""
        share = Budget(min(most, self.left // parts), self, stage)
        self.shares.append(share)
        return share
