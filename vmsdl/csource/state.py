"""The state of an execution: what was written to memory, and the ways out of a block."""

from collections.abc import Callable, Iterator
from dataclasses import field, replace
from enum import Enum, auto
from typing import TypeAlias

from vmsdl.csource.place import NO_PLACE, SourcePlace
from vmsdl.csource.truths import conditional, join, negate_truth
from vmsdl.csource.values import (
    FALSE,
    TRUE,
    ChoiceValue,
    CType,
    FrameMemory,
    NotUnderstood,
    NumberValue,
    Path,
    Root,
    StepInto,
    UnknownValue,
    Value,
    ValueOperator,
    is_larger,
)
from vmsdl.records import dataclass

MOST_PARTS = 500


@dataclass(frozen=True, slots=True)
class Address:
    """A pointer to a place (`&s->a`); what is *kept* in a pointer is a `Path`."""

    to: Path


Content: TypeAlias = "Value | Address"


@dataclass(frozen=True, slots=True)
class Typed:
    """What an expression of C is worth, and its type."""

    value: Content
    type: CType


@dataclass(frozen=True, slots=True)
class Write:
    """A call that writes to the stream: `qemu_put_be32(f, value)`."""

    function: str
    arguments: tuple[Typed, ...]
    place: SourcePlace = field(default=NO_PLACE, compare=False)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why it is not known what is at a place."""

    reason: str
    place: SourcePlace


WHOLE = Path(Root(), ())


@dataclass(frozen=False, eq=False)
class State:
    """Changed in place by what is executed; copied where ways part.

    `variables` are those of the function that is executed. `memory` has what was written, theirs
    too; `clobbered` the places that may have been changed in a way that is not understood, before.
    """

    variables: dict[str, tuple[Path, CType]] = field(default_factory=dict)
    memory: dict[Path, Typed] = field(default_factory=dict)
    places: dict[Path, SourcePlace] = field(default_factory=dict)
    clobbered: dict[Path, Cause] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()

    def copy(self) -> "State":
        return State(
            dict(self.variables),
            dict(self.memory),
            dict(self.places),
            dict(self.clobbered),
            self.writes,
        )

    def take(self, other: "State") -> None:
        """Becomes the other, with its own variables."""
        self.memory, self.places = other.memory, other.places
        self.clobbered, self.writes = other.clobbered, other.writes

    def is_changed(self, before: "State") -> bool:
        return (self.memory, self.clobbered, self.writes) != (
            before.memory,
            before.clobbered,
            before.writes,
        )

    def read(self, path: Path) -> Content:
        """What is at a place now, in terms of the memory before. Raises NotUnderstood."""
        written = self.memory.get(path)
        if written is not None:
            return written.value
        if any(_may_overlap(path, each) for each in self.memory if each.root == path.root):
            raise NotUnderstood("reads what may just have been written")
        if self.is_clobbered(path):
            raise NotUnderstood("reads what a call may have changed")
        if isinstance(path.root, FrameMemory):
            raise NotUnderstood(f"`{path.root.name}` may have no value")
        return path

    def is_written(self, path: Path) -> bool:
        """What is at a place, or in it, may not be what was there before."""
        return any(self._find_overlapping(path)) or self.is_clobbered(path)

    def is_clobbered(self, path: Path) -> bool:
        return any(_may_overlap(path, each) for each in self.clobbered)

    def peek(self, path: Path, type_: CType) -> Typed:
        """The same, with a value that is not understood where there is none."""
        try:
            return Typed(self.read(path), type_)
        except NotUnderstood as reason:
            return Typed(UnknownValue(reason.reason), type_)

    def write(self, path: Path, value: Typed, place: SourcePlace) -> None:
        if not isinstance(value.value, Address) and is_larger(value.value, MOST_PARTS):
            raise NotUnderstood("the value is too large", place)
        if path not in self.memory and any(self._find_overlapping(path)):
            raise NotUnderstood("writes a place in two ways", place)
        self.memory[path] = value
        self.places.setdefault(path, place)

    def clobber(self, path: Path, reason: str, place: SourcePlace) -> None:
        """What is at a place may be changed, and all behind it."""
        for each in list(self._find_overlapping(path)):
            del self.memory[each]
        self.clobbered.setdefault(path, Cause(reason, place))

    def _find_overlapping(self, path: Path) -> Iterator[Path]:
        return (each for each in self.memory if _may_overlap(path, each))

    def forget(self, reason: str, place: SourcePlace) -> None:
        """Anything of the state and of all variables may be changed."""
        self.clobber(WHOLE, reason, place)
        for path, typed in self.memory.items():
            self.memory[path] = Typed(UnknownValue(reason), typed.type)

    def list_changes(self) -> Iterator[tuple[Path, Typed]]:
        """What was written to the state that the function was given, and its new values."""
        return ((path, typed) for path, typed in self.memory.items() if is_of_state(path))


def is_of_state(path: Path) -> bool:
    return isinstance(path.root, Root)


def _may_overlap(one: Path, other: Path) -> bool:
    """They may be the same place, or one may be in the other."""
    if one.root != other.root:
        return False
    for first, second in zip(one.steps, other.steps, strict=False):
        if first == second:
            continue
        if not (isinstance(first, StepInto) and isinstance(second, StepInto)):
            return False
        if isinstance(first.index, NumberValue) and isinstance(second.index, NumberValue):
            return False
    return True


def merge(condition: Value, then: State, otherwise: State) -> State:
    """What is after an `if`: each side's, where they differ by the condition."""
    if condition == TRUE:
        return then
    if condition == FALSE:
        return otherwise
    if then.writes != otherwise.writes:
        raise NotUnderstood("writes to the stream by a condition")
    variables = {k: x for k, x in otherwise.variables.items() if k in then.variables}
    merged = State(variables, {}, {**otherwise.places, **then.places})
    merged.clobbered = {**otherwise.clobbered, **then.clobbered}
    merged.writes = then.writes
    ambiguous: list[Path] = []
    for path in (*then.memory, *(each for each in otherwise.memory if each not in then.memory)):
        one, other = then.memory.get(path), otherwise.memory.get(path)
        if one is not None and other is not None:
            merged.memory[path] = _choose(condition, one, other)
            continue
        written = one or other
        assert written is not None, "a path of one of the two"
        other_side = otherwise if other is None else then
        if isinstance(path.root, FrameMemory) and not other_side.is_clobbered(path):
            merged.memory[path] = written  # on the other side it is not declared, or has no value
            continue
        if any(_may_overlap(path, each) for each in other_side.memory):
            ambiguous.append(path)
        before = other_side.peek(path, written.type)
        sides = (written, before) if other is None else (before, written)
        merged.memory[path] = _choose(condition, *sides)
    for path in ambiguous:
        merged.clobber(path, "writes a place in two ways", merged.places.get(path, NO_PLACE))
    return merged


def _choose(condition: Value, then: Typed, otherwise: Typed) -> Typed:
    if then.value == otherwise.value:
        return then
    return Typed(choose_content(condition, then.value, otherwise.value), then.type)


def choose_content(condition: Value, then: Content, otherwise: Content) -> Content:
    if isinstance(then, Address) or isinstance(otherwise, Address):
        if then == otherwise:
            return then
        # A pointer to one of two places: never a value, so it stays apart until it is followed.
        return ChoiceValue(condition, then, otherwise)  # type: ignore[arg-type]
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
    place: SourcePlace = NO_PLACE


@dataclass(frozen=True, slots=True)
class Flow:
    """How a block ends: by the first exit whose guard is true, else by `state` after its end.
    None: its end is not reached."""

    exits: tuple[Exit, ...]
    state: State | None


def guard_exits(condition: Value, exits: tuple[Exit, ...]) -> list[Exit]:
    return [guard_exit(condition, each) for each in exits]


def guard_exit(condition: Value, each: Exit) -> Exit:
    return replace(each, guard=join(condition, ValueOperator.AND, each.guard))


def branch(condition: Value, then: Flow, otherwise: Flow) -> Flow:
    exits = guard_exits(condition, then.exits)
    if then.state is None and exits:
        # What is left of the condition is taken by the last exit, so what follows needs no guard.
        exits[-1] = replace(exits[-1], guard=condition)
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
            guard = join(negate_truth(earlier.guard), ValueOperator.AND, guard)
        kept.append(replace(each, guard=guard))
    for each in reversed(caught):
        state = each.state if state is None else merge(each.guard, each.state, state)
    return Flow(tuple(kept), state)
