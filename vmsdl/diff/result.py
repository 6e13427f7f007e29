"""The result of one migration: its verdict, with the effects that are reported."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.diff.effects.partition import Partition
from vmsdl.diff.layout.settings import MachinePair
from vmsdl.diff.simulate.reasons import Unknown
from vmsdl.diff.simulate.records import Effect
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.nodes import Expr
from vmsdl.prove.undecided import Undecided
from vmsdl.prove.witness import Witness
from vmsdl.records import dataclass

# What makes an effect less than certain: the prover did not decide, or it cannot be known.
Doubt: TypeAlias = Undecided | Unknown


@dataclass(frozen=True, slots=True)
class ReportedEffect:
    """An effect on the states of the sender in which `condition` holds."""

    effect: Effect
    condition: Expr
    is_certain: bool  # some state has it; else that is not known
    is_always: bool  # every state has it
    doubt: Doubt | None = None  # why it is not certain, where the effect does not say it
    witness: Witness = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """What happens to the sender's states at the receiver, on these machines."""

    verdict: Verdict
    shown: tuple[ReportedEffect, ...] = ()
    assumptions: tuple[str, ...] = ()  # what the verdict takes to be so, for people
    # None: the verdict is the same for all states.
    partition: Partition | None = field(default=None, compare=False, repr=False)
    machines: MachinePair = MachinePair()

    def describe_states(self) -> dict[Verdict, str]:
        """The states of each verdict, as conditions: each state is in one of them."""
        if self.partition is None:
            return {self.verdict: "always"}
        return dict(self.partition.describe())
