"""The result of one migration: its verdict, with the effects that are reported."""

from dataclasses import field

from vmsdl.diff.effects.partition import Partition
from vmsdl.diff.simulate.records import Effect
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.nodes import Expr
from vmsdl.prove.witness import Witness
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class ReportedEffect:
    """An effect that some state has; None: it was not decided whether."""

    effect: Effect
    when: Expr
    is_certain: bool
    is_always: bool
    why: str = ""
    witness: Witness = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MigrationResult:
    verdict: Verdict
    shown: tuple[ReportedEffect, ...] = ()
    assumed: tuple[str, ...] = ()
    regions: Partition | None = field(default=None, compare=False, repr=False)  # None: all alike

    def states(self) -> dict[Verdict, str]:
        """Which states come to what: each of them to one."""
        if self.regions is None:
            return {self.verdict: "always"}
        return dict(self.regions.in_words())
