"""Migrates one state with the generated codecs, and finds what is wrong or lost after it.

The words are those of the report. A value is *wrong* where the receiver then has neither the
sender's value nor the value that it had before. A value is *lost* where the old version preserves
it from itself to itself, and it did not arrive. What the sender's own version does to its own
stream does not count: it is no effect of the change.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import FieldPath
from vmsdl.replay.build_state import make_fresh
from vmsdl.replay.compare_values import Comparison, Difference, Ends
from vmsdl.replay.presence import is_sent
from vmsdl.replay.settings import apply_settings


@dataclass(frozen=True, slots=True)
class Refusal:
    """The error of a generated codec."""

    reason: str
    message: str
    path: str
    offset: int | None


@dataclass(frozen=True, slots=True)
class MigrationRun:
    """What happened to one state.

    `data`: the stream. `is_sent`: the section is written at all. `unsaved`: why the sender
    cannot save this state; empty: it can. `own_refusal`: why its own version does not load it
    again; empty: it does. `loaded`: the receiver's object after
    loading. `base`: the receiver's object before it.
    """

    data: bytes = b""
    is_sent: bool = True
    unsaved: str = ""
    own_refusal: str = ""
    refusal: Refusal | None = None
    wrong: tuple[Difference, ...] = ()
    lost: tuple[Difference, ...] = ()
    loaded: Any = field(default=None, compare=False, repr=False)
    base: Any = field(default=None, compare=False, repr=False)

    @property
    def verdict(self) -> Verdict:
        """The worst that happened to this one state."""
        if self.refusal is not None:
            return Verdict.REFUSED
        if self.wrong:
            return Verdict.CORRUPT
        return Verdict.LOSSY if self.lost else Verdict.OK


def run_migration(
    ends: Ends, sent: Any, own: Mapping[FieldPath, int | bool] | None = None
) -> MigrationRun:
    """Saves an object and loads it at the other end. `own`: values that only the receiver has."""
    sender, receiver = ends.sender, ends.receiver
    reset = make_fresh(sender, ends.machine)
    base = make_fresh(receiver, ends.machine)
    apply_settings(receiver, base, sender, sent, reset, own)
    if not is_sent(sender, sent):
        again = make_fresh(sender, ends.machine)
        wrong, lost = Comparison(ends, sent, again, base, base).differences()
        return MigrationRun(is_sent=False, wrong=wrong, lost=lost, loaded=base, base=base)
    try:
        # A copy, because saving changes embedded structs that have a `with`.
        data: bytes = deepcopy(sent).encode()
    except ValueError as error:
        return MigrationRun(unsaved=str(error))
    itself = make_fresh(sender, ends.machine)
    apply_settings(sender, itself, sender, sent, reset)
    own_refusal = ""
    try:
        again = sender.cls.decode(data, base=itself)
    except ValueError as error:
        # Then it preserves nothing of the state: whatever the receiver does, nothing is lost.
        again, own_refusal = sent, str(error)
    unknown = sender.side.description.find_unknown_instances(receiver.side.description)
    if ends.version is not None and unknown:
        # It is looked up before it is decoded.
        refusal = Refusal("unknown-instance", f"no instance {unknown[0]}", "", None)
        return MigrationRun(data, own_refusal=own_refusal, refusal=refusal, base=base)
    try:
        loaded = receiver.cls.decode(data, version_id=ends.version, base=base)
    except ValueError as error:
        refusal = find_refusal(error)
        return MigrationRun(data, own_refusal=own_refusal, refusal=refusal, base=base)
    wrong, lost = Comparison(ends, sent, again, loaded, base).differences()
    return MigrationRun(
        data, own_refusal=own_refusal, wrong=wrong, lost=lost, loaded=loaded, base=base
    )


def find_refusal(error: ValueError) -> Refusal:
    """From the DecodeError of any generated module."""
    return Refusal(
        getattr(error, "reason", ""),
        str(error),
        getattr(error, "path", ""),
        getattr(error, "offset", None),
    )
