"""The state of an execution: variables, what was written to memory, and the ways out of a block."""

from collections.abc import Callable
from dataclasses import field
from enum import Enum, auto
from typing import TypeAlias

from vmsdl.csource.place import NO_PLACE, Place
from vmsdl.csource.truths import conditional, join, negate_truth
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    Conditional,
    CType,
    Global,
    NotUnderstood,
    Operator,
    Path,
    StepInto,
    Value,
)
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A pointer to a place (`&s->a`); what is *kept* in a pointer is a `Path`."""

    to: Path


Content: TypeAlias = "Value | Address"

# Of a variable before its first assignment. A correct program does not read it.
UNSET = Global("no value")


@dataclass(frozen=True, slots=True)
class Typed:
    """What an expression of C is worth, and its type."""

    value: Content
    type: CType


@dataclass(frozen=True, slots=True)
class Write:
    """A call that writes to the stream (`qemu_put_be32(f, value)`), where `guard` is true."""

    function: str
    arguments: tuple[Typed, ...]
    place: Place = field(default=NO_PLACE, compare=False)


@dataclass(frozen=False, eq=False)
class State:
    """Changed in place by what is executed; copied where ways part."""

    variables: dict[str, Typed]
    memory: dict[Path, Typed]
    places: dict[Path, Place]
    writes: tuple[Write, ...] = ()

    def copy(self) -> "State":
        return State(dict(self.variables), dict(self.memory), dict(self.places), self.writes)

    def is_same(self, other: "State") -> bool:
        return (self.variables, self.memory, self.writes) == (
            other.variables,
            other.memory,
            other.writes,
        )

    def take(self, other: "State") -> None:
        self.variables, self.memory = other.variables, other.memory
        self.places, self.writes = other.places, other.writes

    def read(self, path: Path) -> Content:
        if not self.memory:
            return path
        if path in self.memory:
            return self.memory[path].value
        if any(_may_overlap(path, written) for written in self.memory):
            raise NotUnderstood("reads what may just have been written")
        return path

    def write(self, path: Path, value: Typed, place: Place) -> None:
        if path not in self.memory and any(_may_overlap(path, each) for each in self.memory):
            raise NotUnderstood("writes a place in two ways")
        self.memory[path] = value
        self.places.setdefault(path, place)


def _may_overlap(one: Path, other: Path) -> bool:
    """They may be the same place, or one may be in the other."""
    if one.root != other.root:
        return False
    for first, second in zip(one.steps, other.steps, strict=False):
        if first == second:
            continue
        if isinstance(first, StepInto) and isinstance(second, StepInto):
            numbers = [type(each.index).__name__ == "Number" for each in (first, second)]
            if all(numbers):
                return False
            continue
        return False
    return True


def merge(condition: Value, then: State, otherwise: State) -> State:
    """What is after an `if`: each side's, where they differ by the condition."""
    if condition == TRUE:
        return then
    if condition == FALSE:
        return otherwise
    variables = {
        name: _choose(condition, then.variables[name], otherwise.variables[name])
        for name in then.variables
        if name in otherwise.variables
    }
    memory = {}
    for path in (*then.memory, *(each for each in otherwise.memory if each not in then.memory)):
        kind = (then.memory.get(path) or otherwise.memory[path]).type
        before = Typed(path, kind)
        memory[path] = _choose(
            condition, then.memory.get(path, before), otherwise.memory.get(path, before)
        )
    if then.writes != otherwise.writes:
        raise NotUnderstood("writes to the stream by a condition")
    return State(variables, memory, {**otherwise.places, **then.places}, then.writes)


def _choose(condition: Value, then: Typed, otherwise: Typed) -> Typed:
    if then.value == otherwise.value or otherwise.value == UNSET:
        return then
    if then.value == UNSET:
        return otherwise
    return Typed(choose_content(condition, then.value, otherwise.value), then.type)


def choose_content(condition: Value, then: Content, otherwise: Content) -> Content:
    if isinstance(then, Address) or isinstance(otherwise, Address):
        # A pointer to one of two places: never a value, so it stays apart until it is followed.
        return Conditional(condition, then, otherwise)  # type: ignore[arg-type]
    return conditional(condition, then, otherwise)


# Ways out ----------------------------------------------------------------------------------------


class Way(Enum):
    RETURN = auto()
    BREAK = auto()
    CONTINUE = auto()
    GOTO = auto()


@dataclass(frozen=True, slots=True)
class Exit:
    """Of a list of exits, the first whose guard is true is taken."""

    guard: Value
    way: Way
    state: State
    value: Typed | None = None
    label: str = ""
    place: Place = NO_PLACE


@dataclass(frozen=True, slots=True)
class Flow:
    """How a block ends: by the first exit whose guard is true, else by `state` after its end.
    None: its end is not reached."""

    exits: tuple[Exit, ...]
    state: State | None


def guard_exits(condition: Value, exits: tuple[Exit, ...]) -> list[Exit]:
    return [
        Exit(
            join(condition, Operator.AND, each.guard),
            each.way,
            each.state,
            each.value,
            each.label,
            each.place,
        )
        for each in exits
    ]


def branch(condition: Value, then: Flow, otherwise: Flow) -> Flow:
    exits = guard_exits(condition, then.exits)
    if then.state is None and exits:
        # What is left of the condition is taken by the last exit, so what follows needs no guard.
        last = exits[-1]
        exits[-1] = Exit(condition, last.way, last.state, last.value, last.label, last.place)
        exits += otherwise.exits
    else:
        exits += guard_exits(negate_truth(condition), otherwise.exits)
    states = then.state, otherwise.state
    if states[0] is None or states[1] is None:
        return Flow(tuple(exits), states[0] or states[1])
    return Flow(tuple(exits), merge(condition, states[0], states[1]))


def catch(flow: Flow, is_caught: Callable[[Exit], bool]) -> Flow:
    """The exits that go to the end of this block (`break`) join what reaches it; others stay."""
    state = flow.state
    kept: list[Exit] = []
    caught: list[Exit] = []
    for each in flow.exits:
        if is_caught(each):
            caught.append(each)
            continue
        guard = each.guard
        for earlier in caught:
            guard = join(negate_truth(earlier.guard), Operator.AND, guard)
        kept.append(Exit(guard, each.way, each.state, each.value, each.label, each.place))
    for each in reversed(caught):
        state = each.state if state is None else merge(each.guard, each.state, state)
    return Flow(tuple(kept), state)
