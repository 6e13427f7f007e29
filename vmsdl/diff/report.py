"""The report: verdicts of devices and the findings under them, and their JSON form."""

from dataclasses import field
from datetime import date
from hashlib import sha256

from vmsdl.diagnostics.diagnostic import Replacement as Replacement
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.verdict import Verdict, worst
from vmsdl.expr.nodes import Expr
from vmsdl.prove.witness import Witness
from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """`when`: the states it is accepted for, in the words of the schema it was accepted with.

    `constants` are the values that names in `when` had then: a later schema may give them others.
    """

    rule: str
    device: str
    path: str
    direction: str
    verdict: Verdict
    when: str
    constants: tuple[tuple[str, int | bool], ...] = ()
    reason: str = ""
    owner: str = ""
    until: date | None = None  # it holds up to that day
    span: Span = field(default=NOWHERE, compare=False, repr=False)

    @property
    def fingerprint(self) -> str:
        return compute_fingerprint(self.rule, self.device, self.path, self.direction)

    @property
    def missing(self) -> tuple[str, ...]:
        """What it owes: without a reason, an owner and a day it accepts nothing."""
        return tuple(name for name in OWED if not getattr(self, name))


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The first bytes that mean one thing to one side and another to the other."""

    start: int
    end: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class DirectionResult:
    """What one direction makes of a change. `when`: of the sender's state, as a schema says it."""

    verdict: Verdict
    when: str | None = None
    witness: dict[str, int | bool] | None = None
    bytes: ByteRange | None = None
    error: str | None = None
    condition: Expr | None = field(default=None, compare=False, repr=False)  # `when`, unsaid
    state: Witness | None = field(default=None, compare=False, repr=False)  # `witness`, unsaid
    accepted: Suppression | None = None  # by whom and why, where it does not count

    @property
    def is_fine(self) -> bool:
        """There is nothing to tell: also not of states that cannot be saved."""
        return self.verdict is Verdict.OK and self.when is None


FINE = DirectionResult(Verdict.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedFix:
    """An edit of the new schema, and the verdicts of the device after it."""

    title: str  # an instruction: "move `extra` into a subsection"
    replacements: tuple[Replacement, ...] = field(repr=False)
    old_to_new: Verdict = Verdict.UNKNOWN
    new_to_old: Verdict = Verdict.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one edit does. `device`: the wire name of the section, or struct, that it is in;
    `path` begins with its .vmsd name. `only_in`: the side that has it, "old" or "new", where one
    has not; the place on the other side is then that of what it would stand in. `affects`: the
    machine types on which it can go wrong; None: they make no difference."""

    rule: str
    device: str
    path: str
    message: str
    old_to_new: DirectionResult = FINE
    new_to_old: DirectionResult = FINE
    old: Span = field(default=NOWHERE, repr=False)
    new: Span = field(default=NOWHERE, repr=False)
    only_in: str | None = None
    help: str | None = None
    remedies: tuple[ProposedFix, ...] = ()
    affects: tuple[str, ...] | None = None

    @property
    def verdict(self) -> Verdict:
        return worst((self.old_to_new.verdict, self.new_to_old.verdict))

    def fingerprint(self, direction: str) -> str:
        """`direction`: "old-to-new" or "new-to-old"."""
        return compute_fingerprint(self.rule, self.device, self.path, direction)

    def outcome(self, direction: str) -> DirectionResult:
        return self.old_to_new if direction == "old-to-new" else self.new_to_old


@dataclass(frozen=True, slots=True)
class Verdicts:
    old_to_new: Verdict
    new_to_old: Verdict

    def of(self, direction: str) -> Verdict:
        return self.old_to_new if direction == "old-to-new" else self.new_to_old


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """`name`: on the wire. What it was made of is there where both sides have the device.

    `without_accepted`: the verdicts if the states of all accepted outcomes arrived whole.
    """

    name: str
    old_to_new: Verdict
    new_to_old: Verdict
    old_version: int | None = None
    new_version: int | None = None
    assumed: tuple[str, ...] = ()
    old: Side | None = field(default=None, compare=False, repr=False)
    new: Side | None = field(default=None, compare=False, repr=False)
    forward: MigrationResult | None = field(default=None, compare=False, repr=False)
    backward: MigrationResult | None = field(default=None, compare=False, repr=False)
    without_accepted: Verdicts | None = None  # None: nothing is accepted

    @property
    def required(self) -> Verdicts:
        """What is held against what a project requires."""
        return self.without_accepted or Verdicts(self.old_to_new, self.new_to_old)


@dataclass(frozen=True, slots=True)
class Report:
    old: str
    new: str
    machine: str | None
    devices: tuple[DeviceReport, ...]
    findings: tuple[Finding, ...]

    @property
    def old_to_new(self) -> Verdict:
        return worst(device.old_to_new for device in self.devices)

    @property
    def new_to_old(self) -> Verdict:
        return worst(device.new_to_old for device in self.devices)

    @property
    def required(self) -> Verdicts:
        required = [device.required for device in self.devices]
        return Verdicts(
            worst(each.old_to_new for each in required), worst(each.new_to_old for each in required)
        )


DIRECTIONS = ("old-to-new", "new-to-old")


OWED = ("reason", "owner", "until")  # what whoever accepts a finding must say


# What else is accepted with a verdict. Of what is unknown nobody knows that it is no worse.
COVERS = {
    Verdict.CORRUPT: frozenset({Verdict.CORRUPT, Verdict.REFUSED, Verdict.LOSSY, Verdict.UNKNOWN}),
    Verdict.REFUSED: frozenset({Verdict.REFUSED, Verdict.LOSSY}),
    Verdict.LOSSY: frozenset({Verdict.LOSSY}),
    Verdict.UNKNOWN: frozenset({Verdict.UNKNOWN}),
}


def compute_fingerprint(rule: str, device: str, path: str, direction: str) -> str:
    """What a finding is known by from one version of the text to the next: no line, no wording."""
    return sha256("\0".join((rule, device, path, direction)).encode()).hexdigest()[:16]
