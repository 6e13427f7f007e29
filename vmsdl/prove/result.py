"""What an engine says about a formula: a state that satisfies it, none, or that it is open."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.prove.formula import Assignment
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A state, as its differences from the reset state. Not `smallest`: a smaller one may exist."""

    state: Assignment = field(default_factory=dict)
    is_smallest: bool = True


@dataclass(frozen=True, slots=True)
class Nothing:
    """No state satisfies it."""


@dataclass(frozen=True, slots=True)
class Open:
    """Not decided, and why."""

    why: str


NONE = Nothing()
Result: TypeAlias = Found | Nothing | Open
