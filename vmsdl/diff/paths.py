"""What is noted on the way through sender and receiver, and how it ends."""

from dataclasses import field, replace
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from vmsdl.diff.bits import Piece
from vmsdl.diff.nodes import AnyNode, Block, Entry, Leaf, Rule, Run
from vmsdl.diff.terms import TRUE, Key, both, key_of
from vmsdl.records import dataclass
from vmsdl.schema.expression import Expr

if TYPE_CHECKING:
    from vmsdl.diff.arrivals import Effect

Inner: TypeAlias = tuple["Effect", ...]


class Zeros:
    """An array or block that was not sent to the receiver."""


class Unread:
    """Something was read into it that no expression says."""


ZEROS, UNREAD = Zeros(), Unread()


class Ending(Enum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Parting:
    """The first place where the two are not in step."""

    offset: int | None  # None: it depends on the state
    sent: AnyNode | None
    wanted: AnyNode | None


@dataclass(frozen=True, slots=True)
class Read:
    """What a receiver's node was given: bytes of the sender, in pieces."""

    node: Leaf | Run | Block
    guard: Expr
    value: Expr | None  # None: no expression says it, or it is an array
    source: AnyNode | None  # where it is one thing, whole
    pieces: tuple[Piece, ...] = ()
    offset: int | None = None
    inner: "Inner | None" = None  # of a list or array: what happens to its elements


@dataclass(frozen=True, slots=True)
class Opened:
    """A list or array whose elements are laid out on this way."""

    key: Key
    is_sent: bool
    nodes: tuple[AnyNode, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    rule: Rule
    guard: Expr
    condition: Expr  # in the sender's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it ends for the states of which `when` holds."""

    ending: Ending
    when: Expr
    reason: str = ""  # the error's reason, as generated codecs give it; or what is open
    message: str = ""
    sent: AnyNode | None = None
    wanted: AnyNode | None = None
    entry: Entry | None = None
    parting: Parting | None = None
    reads: tuple[Read, ...] = ()
    checks: tuple[Checked, ...] = ()
    skipped: tuple[tuple[Expr, AnyNode], ...] = ()  # sent, and swallowed by a gap
    opened: tuple[Opened, ...] = ()
    env: dict[Key, object] = field(default_factory=dict)


class Untold(Exception):
    """A condition of the receiver that cannot be said in the sender's words."""


@dataclass(slots=True)
class State:
    sent: list[AnyNode]  # what is still to come, the next one last
    wanted: list[AnyNode]
    env: dict[Key, object]
    # What was read in step from what it stands for. Where it was not there the receiver reads its
    # default, as the sender's own version would: what comes of that is no doing of the change.
    own: dict[Key, Expr] = field(default_factory=dict)
    path: Expr = TRUE
    off: int = 0  # bytes of the sender's next node that are gone
    got: tuple[Piece, ...] = ()
    need: int = 0  # bytes of the receiver's gap that are still to skip
    offset: int | None = 0
    parting: Parting | None = None
    reads: list[Read] = field(default_factory=list)
    checks: list[Checked] = field(default_factory=list)
    skipped: list[tuple[Expr, AnyNode]] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)

    def own_key(self, key: Key) -> Key | None:
        return key_of(self.own[key])

    def fork(self, condition: Expr) -> "State":
        return replace(
            self,
            sent=list(self.sent),
            wanted=list(self.wanted),
            env=dict(self.env),
            own=dict(self.own),
            path=both(self.path, condition),
            reads=list(self.reads),
            checks=list(self.checks),
            skipped=list(self.skipped),
            opened=list(self.opened),
        )
