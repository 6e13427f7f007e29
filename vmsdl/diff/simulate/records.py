"""What a simulated load consists of: the path that is followed, its steps, and how it ends.

All expressions here are in terms of the sender, unless a comment says otherwise.
"""

from dataclasses import field, replace
from enum import Enum
from typing import TypeAlias

from vmsdl.diff.layout.nodes import AnyNode, BlockNode, CheckNode, SubsectionEntry, ValueNode
from vmsdl.diff.simulate.own_checks import NO_CHECKS, OwnChecks
from vmsdl.diff.simulate.reasons import EffectReason, Unknown
from vmsdl.diff.simulate.reinterpret import ByteSlice
from vmsdl.expr.logic import TRUE, FieldPath, and_
from vmsdl.expr.nodes import Expr
from vmsdl.records import dataclass


class Inexpressible(Enum):
    """What a place of the receiver holds where no expression says it."""

    ZEROS = "zeros"  # an array or block that was not sent
    UNKNOWN_BYTES = "unknown bytes"


ZEROS, UNKNOWN_BYTES = Inexpressible.ZEROS, Inexpressible.UNKNOWN_BYTES
Content: TypeAlias = Expr | Inexpressible


# What is noted on the way -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first place where sender and receiver have different nodes."""

    offset: int | None  # in the section; None: it depends on the state
    sent: AnyNode | None
    expected: AnyNode | None


@dataclass(frozen=True, slots=True)
class ReadNode:
    """A node of the receiver and the bytes of the sender that it is read from."""

    node: ValueNode
    guard: Expr
    value: Expr | None  # None: no expression says it, or it is an array
    source: AnyNode | None  # None: it is read from several nodes, or from a part of one
    pieces: tuple[ByteSlice, ...] = ()
    offset: int | None = None
    element_effects: "tuple[Effect, ...] | None" = None  # of a list or array of structs


@dataclass(frozen=True, slots=True)
class CheckedNode:
    """A check of the receiver that has to hold for the load to be accepted."""

    check: CheckNode
    guard: Expr
    condition: Expr


@dataclass(frozen=True, slots=True)
class ReadLength:
    """How many elements the receiver made of what it read one by one into a list."""

    block: BlockNode
    length: int


@dataclass(frozen=True, slots=True)
class UnrolledElements:
    """A list or array whose elements are followed one by one on this path.

    `nodes`: all of its elements, with those of their subsections.
    """

    block: BlockNode
    is_sent: bool
    nodes: tuple[AnyNode, ...]


# How a load ends --------------------------------------------------------------------------------


class LoadEnding(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """One way in which the load ends, for the states in which `condition` holds."""

    ending: LoadEnding
    condition: Expr
    reason: EffectReason | Unknown | None = None  # None: it was accepted
    message: str = ""
    sent: AnyNode | None = None
    expected: AnyNode | None = None
    entry: SubsectionEntry | None = None
    divergence: Divergence | None = None
    reads: tuple[ReadNode, ...] = ()
    checks: tuple[CheckedNode, ...] = ()
    skipped: tuple[tuple[Expr, AnyNode], ...] = ()
    unrolled: tuple[UnrolledElements, ...] = ()
    lengths: tuple[ReadLength, ...] = ()
    values: dict[FieldPath, Content] = field(default_factory=dict)


# A path and its steps ---------------------------------------------------------------------------


@dataclass(slots=True)
class WalkState:
    """One path through sender and receiver. A walk changes it in place.

    `sent` and `expected` are stacks: the nodes that are still to come, the next one last.
    `values` is what each place of the receiver holds.

    `counterpart_values` has the places that were read in step from their own counterparts, with the
    values that these have. Where a counterpart was not sent, `values` has the default and this has
    the sender's value: what the sender's own version would do with its own stream.
    """

    sent: list[AnyNode]
    expected: list[AnyNode]
    values: dict[FieldPath, Content]
    counterpart_values: dict[FieldPath, Expr] = field(default_factory=dict)
    condition: Expr = TRUE  # of the states that take this path
    consumed: int = 0  # bytes of the sender's next node that were read
    pieces: tuple[ByteSlice, ...] = ()  # bytes that the receiver's next node has so far
    padding_left: int = 0  # bytes of the receiver's padding that are still to skip
    offset: int | None = 0  # in the section; None: it depends on the state
    divergence: Divergence | None = None
    reads: list[ReadNode] = field(default_factory=list)
    checks: list[CheckedNode] = field(default_factory=list)
    skipped: list[tuple[Expr, AnyNode]] = field(default_factory=list)  # sent, read as padding
    unrolled: list[UnrolledElements] = field(default_factory=list)
    are_totals_asked: bool = False  # at the first place where the two sides are not in step
    lengths: list[ReadLength] = field(default_factory=list)
    own_checks: OwnChecks = NO_CHECKS  # of the sender
    have_equal_totals: bool = False  # of all that is still to come, for certain

    @property
    def is_between_nodes(self) -> bool:
        """Neither side is in the middle of a node."""
        return not (self.consumed or self.pieces or self.padding_left)

    @property
    def received(self) -> int:
        """Bytes that the receiver's next node has so far."""
        return sum(piece.size for piece in self.pieces)

    def fork(self, condition: Expr) -> "WalkState":
        """A copy for the states in which this condition holds as well."""
        return replace(
            self,
            sent=list(self.sent),
            expected=list(self.expected),
            values=dict(self.values),
            counterpart_values=dict(self.counterpart_values),
            condition=and_(self.condition, condition),
            reads=list(self.reads),
            checks=list(self.checks),
            skipped=list(self.skipped),
            unrolled=list(self.unrolled),
            lengths=list(self.lengths),
        )


@dataclass(frozen=True, slots=True)
class Advance:
    """The path goes on."""

    state: WalkState


@dataclass(frozen=True, slots=True)
class Fork:
    """The path goes on in several ways. Some of its states may have reached their end."""

    states: tuple[WalkState, ...]
    outcomes: tuple[LoadOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class PathEnd:
    """The path is at its end."""

    outcomes: tuple[LoadOutcome, ...]


WalkStep: TypeAlias = Advance | Fork | PathEnd


# What an outcome does to the state --------------------------------------------------------------


class EffectKind(Enum):
    CORRUPT = "corrupt"
    REFUSED = "refused"
    LOSSY = "lossy"
    OPEN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What happens to the states in which `condition` holds."""

    kind: EffectKind
    condition: Expr
    reason: EffectReason | Unknown  # `Unknown` where the kind is OPEN, and only there
    message: str = ""
    sent: AnyNode | None = None
    expected: AnyNode | None = None
    entry: SubsectionEntry | None = None
    divergence: Divergence | None = None
    reads: tuple[ReadNode, ...] = field(default=(), repr=False)
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class JudgedOutcome:
    """One way in which the load ends, and what it does to the states that end so."""

    condition: Expr
    is_accepted: bool
    effects: tuple[Effect, ...]
