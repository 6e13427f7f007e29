"""What the codecs do with a state: refused, or loaded, and some values are wrong or lost.

By the words of the report: a value is *wrong* where the receiver then holds what is neither the
sender's value nor what it held before; it is *lost* where old carries it from itself to itself, and
it did not arrive. What the sender's own version does to its own stream is not the change's doing.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from vmsdl.expr.logic import FieldPath
from vmsdl.replay.build_state import make_fresh
from vmsdl.replay.compare_values import Comparison, Difference, Ends
from vmsdl.replay.presence import is_sent
from vmsdl.replay.settings import apply_settings


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str
    message: str
    path: str
    offset: int | None


@dataclass(frozen=True, slots=True)
class MigrationRun:
    """`unsaved`: the sender's own version does not take this state through a stream, and why."""

    data: bytes = b""
    is_sent: bool = True
    unsaved: str = ""
    refusal: Refusal | None = None
    wrong: tuple[Difference, ...] = ()
    lost: tuple[Difference, ...] = ()
    loaded: Any = field(default=None, compare=False, repr=False)
    base: Any = field(default=None, compare=False, repr=False)

    @property
    def word(self) -> str:
        """The worst of it: refused, corrupt, lossy, ok."""
        if self.refusal is not None:
            return "refused"
        return "corrupt" if self.wrong else "lossy" if self.lost else "ok"


def run_migration(
    ends: Ends, sent: Any, own: Mapping[FieldPath, int | bool] | None = None
) -> MigrationRun:
    """Save an object and load it at the other end. `own`: what the receiver alone holds."""
    sender, receiver = ends.sender, ends.receiver
    reset = make_fresh(sender, ends.machine)
    base = make_fresh(receiver, ends.machine)
    apply_settings(receiver, base, sender, sent, reset, own)
    if not is_sent(sender, sent):
        again = make_fresh(sender, ends.machine)
        wrong, lost = Comparison(ends, sent, again, base, base).differences()
        return MigrationRun(is_sent=False, wrong=wrong, lost=lost, loaded=base, base=base)
    try:
        # A copy: saving hands to embedded structs what `with` gives them.
        data: bytes = deepcopy(sent).encode()
    except ValueError as error:
        return MigrationRun(unsaved=str(error))
    itself = make_fresh(sender, ends.machine)
    apply_settings(sender, itself, sender, sent, reset)
    try:
        again = sender.cls.decode(data, base=itself)
    except ValueError as error:
        return MigrationRun(data, unsaved=str(error))
    try:
        loaded = receiver.cls.decode(data, version_id=ends.version, base=base)
    except ValueError as error:
        return MigrationRun(data, refusal=find_refusal(error), base=base)
    wrong, lost = Comparison(ends, sent, again, loaded, base).differences()
    return MigrationRun(data, wrong=wrong, lost=lost, loaded=loaded, base=base)


def find_refusal(error: ValueError) -> Refusal:
    """A generated module's DecodeError, whichever module's it is."""
    return Refusal(
        getattr(error, "reason", ""),
        str(error),
        getattr(error, "path", ""),
        getattr(error, "offset", None),
    )
