"""What is noted on the way through sender and receiver, and how it ends."""

from dataclasses import field, replace
from enum import Enum
from typing import TypeAlias

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionEntry,
)
from vmsdl.diff.simulate.reinterpret import ByteSlice
from vmsdl.expr.logic import (
    TRUE,
    FieldPath,
    and_,
    find_path,
    make_literal,
)
from vmsdl.expr.nodes import (
    Expr,
)
from vmsdl.records import dataclass
from vmsdl.schema.description import Field
from vmsdl.schema.types import BYTE

Inner: TypeAlias = tuple["Effect", ...]


class ZeroBytes:
    """An array or block that was not sent to the receiver."""


class UnreadBytes:
    """Something was read into it that no expression says."""


ZEROS, UNREAD = ZeroBytes(), UnreadBytes()


class LoadEnding(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first place where the two are not in step."""

    offset: int | None  # None: it depends on the state
    sent: AnyNode | None
    wanted: AnyNode | None


@dataclass(frozen=True, slots=True)
class ReadNode:
    """What a receiver's node was given: bytes of the sender, in pieces."""

    node: ScalarNode | ScalarArrayNode | BlockNode
    guard: Expr
    value: Expr | None  # None: no expression says it, or it is an array
    source: AnyNode | None  # where it is one thing, whole
    pieces: tuple[ByteSlice, ...] = ()
    offset: int | None = None
    inner: "Inner | None" = None  # of a list or array: what happens to its elements


@dataclass(frozen=True, slots=True)
class OpenedElements:
    """A list or array whose elements are laid out on this way."""

    key: FieldPath
    is_sent: bool
    nodes: tuple[AnyNode, ...]


@dataclass(frozen=True, slots=True)
class CheckedNode:
    rule: CheckNode
    guard: Expr
    condition: Expr  # in the sender's words


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOutcome:
    """How it ends for the states of which `when` holds."""

    ending: LoadEnding
    when: Expr
    reason: str = ""  # the error's reason, as generated codecs give it; or what is open
    message: str = ""
    sent: AnyNode | None = None
    wanted: AnyNode | None = None
    entry: SubsectionEntry | None = None
    parting: Divergence | None = None
    reads: tuple[ReadNode, ...] = ()
    checks: tuple[CheckedNode, ...] = ()
    skipped: tuple[tuple[Expr, AnyNode], ...] = ()  # sent, and swallowed by a gap
    opened: tuple[OpenedElements, ...] = ()
    env: dict[FieldPath, object] = field(default_factory=dict)


class Untranslatable(Exception):
    """A condition of the receiver that cannot be said in the sender's words."""


@dataclass(slots=True)
class WalkState:
    sent: list[AnyNode]  # what is still to come, the next one last
    wanted: list[AnyNode]
    env: dict[FieldPath, object]
    # What was read in step from what it stands for. Where it was not there the receiver reads its
    # default, as the sender's own version would: what comes of that is no doing of the change.
    own: dict[FieldPath, Expr] = field(default_factory=dict)
    path: Expr = TRUE
    off: int = 0  # bytes of the sender's next node that are gone
    got: tuple[ByteSlice, ...] = ()
    need: int = 0  # bytes of the receiver's gap that are still to skip
    offset: int | None = 0
    parting: Divergence | None = None
    reads: list[ReadNode] = field(default_factory=list)
    checks: list[CheckedNode] = field(default_factory=list)
    skipped: list[tuple[Expr, AnyNode]] = field(default_factory=list)
    opened: list[OpenedElements] = field(default_factory=list)

    def own_key(self, key: FieldPath) -> FieldPath | None:
        return find_path(self.own[key])

    def fork(self, condition: Expr) -> "WalkState":
        return replace(
            self,
            sent=list(self.sent),
            wanted=list(self.wanted),
            env=dict(self.env),
            own=dict(self.own),
            path=and_(self.path, condition),
            reads=list(self.reads),
            checks=list(self.checks),
            skipped=list(self.skipped),
            opened=list(self.opened),
        )


# What no field of a schema is called.
HEADER = "(subsection)"


_NO_FIELD = Field(name=HEADER, wire_name=HEADER, type=BYTE)


def header(wire_name: str, version: int) -> list[ScalarNode]:
    """The bytes that a subsection begins with."""
    name = wire_name.encode()
    data = b"\x05" + bytes([len(name) & 255]) + name + version.to_bytes(4, "big")
    return [
        ScalarNode(
            key=(HEADER, i),
            expr=make_literal(byte),
            type=BYTE,
            scalar=BYTE.name,
            width=1,
            default=0,
            field=_NO_FIELD,
        )
        for i, byte in enumerate(data)
    ]


class EffectKind(Enum):
    CORRUPT = "corrupt"
    REFUSED = "refused"
    LOSSY = "lossy"
    OPEN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What happens to the states of which `when` holds."""

    kind: EffectKind
    when: Expr
    reason: str = ""
    message: str = ""
    sent: AnyNode | None = None
    wanted: AnyNode | None = None
    entry: SubsectionEntry | None = None
    parting: Divergence | None = None
    reads: tuple[ReadNode, ...] = field(default=(), repr=False)
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class JudgedOutcome:
    """One way of loading: when it is entered, and what it does then."""

    when: Expr
    is_accepted: bool
    effects: tuple[Effect, ...]
