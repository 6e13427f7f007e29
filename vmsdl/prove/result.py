"""What an engine says about a formula: a state that satisfies it, none, or that it is open."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.prove.formula import Assignment
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class Satisfied:
    """A state, as its differences from the reset state. Not `smallest`: a smaller one may exist."""

    state: Assignment = field(default_factory=dict)
    is_smallest: bool = True


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """No state satisfies it."""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Not decided, and why."""

    why: str


UNSATISFIABLE = Unsatisfiable()
Result: TypeAlias = Satisfied | Unsatisfiable | Undecided
