"""What an engine answers about a formula: a state that satisfies it, that none does, or neither."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.prove.formula import Assignment
from vmsdl.prove.undecided import Undecided as Undecided
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class Satisfied:
    """A state, as its differences from the reset state. Not `smallest`: a smaller one may exist."""

    state: Assignment = field(default_factory=dict)
    is_smallest: bool = True


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """No state satisfies it."""


UNSATISFIABLE = Unsatisfiable()
Result: TypeAlias = Satisfied | Unsatisfiable | Undecided
