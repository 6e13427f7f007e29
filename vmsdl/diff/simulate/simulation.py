"""What every step of a simulated load needs to know, and the questions that steps ask."""

from collections.abc import Mapping
from dataclasses import field

from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.simulate.records import WalkState
from vmsdl.expr.logic import FieldPath, and_, is_false, is_true, make_comparison, not_
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.prove.budget import Budget
from vmsdl.prove.conditions import ConditionSolver
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What no report tells, however much work is left: it is left unknown."""

    paths: int = 300
    extern_paths: int = 32  # where they depend on what no schema says
    bytes: int = 1 << 14  # of one array whose elements are followed one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """One direction of one pair of descriptions."""

    sender: Flattener
    receiver: Flattener
    pairing: Pairing  # from the receiver's places to the sender's
    solver: ConditionSolver  # knows what holds in every state that the sender can save
    # The receiver's locals and properties in terms of the sender; None: the same expression.
    configuration: Mapping[FieldPath, Expr | None]
    receiver_places: tuple[FieldPath, ...]  # all that hold a value
    # The values of the sender's locals and properties after reset.
    reset_values: Mapping[FieldPath, int | bool]
    limits: Limits = Limits()
    # What a walk may spend: schemas can come from strangers.
    budget: Budget = field(default_factory=Budget)

    def is_impossible(self, condition: Expr) -> bool:
        """No state of the sender satisfies it, for certain."""
        return self.solver.possible(condition) is False

    def decide(self, state: WalkState, condition: Expr) -> bool | None:
        """Whether it holds in all states of a path (True), in none (False), or it is not known."""
        if is_true(condition):
            return True
        if is_false(condition) or self.is_impossible(and_(state.condition, condition)):
            return False
        return True if self.is_impossible(and_(state.condition, not_(condition))) else None

    def are_equal(self, state: WalkState, one: Expr, other: Expr) -> bool:
        """Two numbers are the same in all states of a path."""
        difference = make_comparison(Operator.NOT_EQUAL, one, other)
        return is_false(difference) or self.is_impossible(and_(state.condition, difference))
