"""What a C function computes, in terms of the state that it is given.

Integers are mathematical, as in vmsdl: where C would wrap around, the value says so with a mask
(`(x - y) & 0xffffffff`), or there is no value (`NotUnderstood`). A comparison, `!`, `&&` and `||`
give a truth; any other value is an integer, a place in memory, or a pointer.
"""

from dataclasses import field
from enum import Enum
from typing import TypeAlias

from vmsdl.csource.place import NO_PLACE, SourcePlace
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class CType:
    """A type as it is declared: `words` without qualifiers (`("uint32_t",)`), and what is added.
    `inner` is the struct where it has no name."""

    words: tuple[str, ...]
    pointers: int = 0
    lengths: tuple[int | None, ...] = ()
    bits: int | None = None
    inner: object = field(default=None, compare=False)


# Where a value comes from ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Root:
    """The state that the function is given: `opaque`. Its type is the struct that it points to."""

    type: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Global:
    """What the program decides, not the state: `xen_mode`, `kvm_enabled()`, the class of the
    machine (`MachineClass`). The name is stable; a property or a local can be made of it."""

    name: str
    type: CType | None = field(default=None, compare=False)
    place: SourcePlace = field(default=NO_PLACE, compare=False)


@dataclass(frozen=True, slots=True)
class FrameMemory:
    """The memory of a variable of one call (`frame`) of a function."""

    name: str
    frame: int


@dataclass(frozen=True, eq=False)
class UnknownValue:
    """A value that is not understood. No two of them are known to be equal."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class VersionValue:
    """`version_id`, the second parameter of `field_exists` and of post_load."""


@dataclass(frozen=True, slots=True)
class LoopIndex:
    """The index of the element that a `Quantified` looks at."""

    name: str


# Steps of a path ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepTo:
    """To a member. `is_pointer`: what is there is a pointer, which the next step follows."""

    name: str
    is_pointer: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class StepInto:
    """To an element of an array, or of what a pointer points to."""

    index: "Value"


@dataclass(frozen=True, slots=True)
class StepOut:
    """To the struct of this type that the one here is the member `member` of (container_of; with no
    member, the first one: a cast of QOM to a derived type)."""

    type: str
    member: tuple[str, ...]


Step: TypeAlias = StepTo | StepInto | StepOut


@dataclass(frozen=True, slots=True)
class Path:
    """A place in memory: what is read there. `&s->a` is the same path, as a pointer to it."""

    root: "Root | Global | FrameMemory"
    steps: tuple[Step, ...]
    type: CType | None = field(default=None, compare=False)
    place: SourcePlace = field(default=NO_PLACE, compare=False)


@dataclass(frozen=True, slots=True)
class NotNull:
    """A pointer that is kept at `pointer` is not null."""

    pointer: Path


@dataclass(frozen=True, slots=True)
class PointsTo:
    """The pointer at `pointer` points to `target`, a table of the program: `&sd_proto_emmc`."""

    pointer: Path
    target: str


@dataclass(frozen=True, slots=True)
class TimerPending:
    """The timer at `timer` (or that a pointer there points to) is set."""

    timer: Path


# Computations ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NumberValue:
    """An integer; `name` is the enum constant or macro that it was written as."""

    value: int
    name: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TextValue:
    value: str


class ValueOperator(Enum):
    """Each as vmsdl has it. `/` is of nonnegative operands alone; `>>` is floor, `~` and `&` are of
    integers without bounds (two's complement)."""

    NOT = "!"
    INVERT = "~"
    NEGATE = "-x"
    MULTIPLY = "*"
    DIVIDE = "/"
    REMAINDER = "%"
    ADD = "+"
    SUBTRACT = "-"
    SHIFT_LEFT = "<<"
    SHIFT_RIGHT = ">>"
    BIT_AND = "&"
    BIT_XOR = "^"
    BIT_OR = "|"
    EQUAL = "=="
    UNEQUAL = "!="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    AND = "&&"
    OR = "||"


@dataclass(frozen=True, slots=True)
class UnaryValue:
    """`!` of a truth; `~`, `-` of an integer."""

    operator: ValueOperator
    operand: "Value"


@dataclass(frozen=True, slots=True)
class BinaryValue:
    """Operands of `&&` and `||` are truths; those of `==` and `!=` are both truths, or both not."""

    operator: ValueOperator
    left: "Value"
    right: "Value"


@dataclass(frozen=True, slots=True)
class ChoiceValue:
    condition: "Value"
    then: "Value"
    otherwise: "Value"


@dataclass(frozen=True, slots=True)
class ToInteger:
    """1 where the truth is true, else 0."""

    truth: "Value"


class ValueQuantifier(Enum):
    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Quantified:
    """For any (or all) `variable` from 0 to `count` - 1: `body`, which reads `array[variable]`."""

    quantifier: ValueQuantifier
    array: Path
    variable: str
    count: "Value"
    body: "Value"


@dataclass(frozen=True, slots=True)
class UnknownCall:
    """A call whose result depends on the state, in a way that is not understood for `reason`."""

    name: str
    arguments: tuple["Value", ...]
    reason: str = field(default="", compare=False)
    type: CType | None = field(default=None, compare=False)
    place: SourcePlace = field(default=NO_PLACE, compare=False)


Value: TypeAlias = (
    Root
    | Global
    | UnknownValue
    | VersionValue
    | LoopIndex
    | Path
    | NotNull
    | PointsTo
    | TimerPending
    | NumberValue
    | TextValue
    | UnaryValue
    | BinaryValue
    | ChoiceValue
    | ToInteger
    | Quantified
    | UnknownCall
)

TRUE = NumberValue(1)
FALSE = NumberValue(0)


def list_parts(value: Value) -> tuple[Value, ...]:
    """The values that a value is directly made of; those that its paths pass by among them."""
    match value:
        case Path(steps=steps):
            return tuple(step.index for step in steps if isinstance(step, StepInto))
        case NotNull(pointer=path) | PointsTo(pointer=path) | TimerPending(timer=path):
            return (path,)
        case UnaryValue(operand=operand):
            return (operand,)
        case ToInteger(truth=truth):
            return (truth,)
        case BinaryValue(left=left, right=right):
            return left, right
        case ChoiceValue(condition=condition, then=then, otherwise=otherwise):
            return condition, then, otherwise
        case Quantified(array=array, count=count, body=body):
            return array, count, body
        case UnknownCall(arguments=arguments):
            return arguments
    return ()


def mentions_unknown(value: Value) -> bool:
    """A part of it is not understood."""
    waiting: list[Value] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, UnknownValue):
            return True
        waiting += list_parts(each)
    return False


def list_paths(value: Value) -> list[Path]:
    """The places that a value is read from."""
    found: list[Path] = []
    waiting: list[Value] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Path):
            found.append(each)
        waiting += list_parts(each)
    return found


def is_larger(value: Value, most: int) -> bool:
    """It has more than `most` parts. Values share parts, so that their size can grow by powers."""
    waiting: list[Value] = [value]
    while waiting:
        most -= 1
        if most < 0:
            return True
        waiting += list_parts(waiting.pop())
    return False


# What a hook does --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HookRefusal:
    """The hook returns an error where `condition` is true, with the state before the hook."""

    condition: Value
    error: str
    place: SourcePlace = field(default=NO_PLACE, compare=False)


@dataclass(frozen=True, slots=True)
class Assignment:
    """The hook sets `target` to `value` where `condition` is true; both of the state before it."""

    target: Path
    value: Value
    condition: Value
    place: SourcePlace = field(default=NO_PLACE, compare=False)


@dataclass(frozen=True, slots=True)
class Touch:
    """What is at `target` (and all behind it) may be changed, in a way that is not understood.
    A Root is the whole state."""

    target: "Path | Root"
    reason: str
    place: SourcePlace = field(default=NO_PLACE, compare=False)


@dataclass(frozen=True, slots=True)
class HookEffect:
    """What a hook does to the state.

    Each of `refusals` holds: there the load fails. `knows_refusals`: it refuses nothing else.
    """

    refusals: tuple[HookRefusal, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    touched: tuple[Touch, ...] = ()
    not_understood: tuple["NotUnderstood", ...] = ()
    knows_refusals: bool = True

    @property
    def is_whole(self) -> bool:
        """Nothing but `assignments` is changed, and nothing but `refusals` is refused."""
        return not self.touched and not self.not_understood and self.knows_refusals

    @property
    def only_refuses(self) -> bool:
        """It changes nothing: it is a check of the state, and `refusals` is all of it."""
        return self.is_whole and not self.assignments

    @property
    def changed(self) -> tuple[Path, ...] | None:
        """The places of the state that it may change, with all behind them; None where that is not
        known."""
        if self.not_understood or any(isinstance(each.target, Root) for each in self.touched):
            return None
        places = (*(each.target for each in self.assignments), *(t.target for t in self.touched))
        of_state = (path for path in places if isinstance(path, Path))
        return tuple(dict.fromkeys(each for each in of_state if isinstance(each.root, Root)))


class NotUnderstood(Exception):
    """What C says here cannot be said in terms of the state."""

    def __init__(self, reason: str, place: SourcePlace = NO_PLACE) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place != NO_PLACE else self.reason
