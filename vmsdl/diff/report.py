"""The report: verdicts of devices and the findings under them, and their JSON form."""

from dataclasses import field
from typing import Any

from vmsdl.diagnostics.diagnostic import Replacement as Replacement
from vmsdl.diff.accepting.acceptance import Acceptance, fingerprint
from vmsdl.diff.direction import Direction
from vmsdl.diff.match import Side
from vmsdl.diff.verdict import Verdict, worst
from vmsdl.records import dataclass
from vmsdl.schema.expression import Expr
from vmsdl.source import NOWHERE, Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """The first bytes that mean one thing to one side and another to the other."""

    start: int
    end: int
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one direction makes of a change. `when`: of the sender's state, as a schema says it."""

    verdict: Verdict
    when: str | None = None
    witness: dict[str, int | bool] | None = None
    bytes: Stretch | None = None
    error: str | None = None
    condition: Expr | None = field(default=None, compare=False, repr=False)  # `when`, unsaid
    accepted: Acceptance | None = None  # by whom and why, where it does not count

    @property
    def is_fine(self) -> bool:
        """There is nothing to tell: also not of states that cannot be saved."""
        return self.verdict is Verdict.OK and self.when is None


FINE = Outcome(Verdict.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
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
    old_to_new: Outcome = FINE
    new_to_old: Outcome = FINE
    old: Span = field(default=NOWHERE, repr=False)
    new: Span = field(default=NOWHERE, repr=False)
    only_in: str | None = None
    help: str | None = None
    remedies: tuple[Remedy, ...] = ()
    affects: tuple[str, ...] | None = None

    @property
    def verdict(self) -> Verdict:
        return worst((self.old_to_new.verdict, self.new_to_old.verdict))

    def fingerprint(self, direction: str) -> str:
        """`direction`: "old-to-new" or "new-to-old"."""
        return fingerprint(self.rule, self.device, self.path, direction)

    def outcome(self, direction: str) -> Outcome:
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
    forward: Direction | None = field(default=None, compare=False, repr=False)
    backward: Direction | None = field(default=None, compare=False, repr=False)
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


def as_json(report: Report) -> dict[str, Any]:
    return {
        "old": report.old,
        "new": report.new,
        "machine": report.machine,
        "old_to_new": str(report.old_to_new),
        "new_to_old": str(report.new_to_old),
        "without_accepted": _verdicts(report.required),
        "devices": [
            {
                "name": device.name,
                "old_to_new": str(device.old_to_new),
                "new_to_old": str(device.new_to_old),
                "without_accepted": _verdicts(device.required),
                "assumed": list(device.assumed),
                "states": {
                    "old_to_new": _states(device.forward),
                    "new_to_old": _states(device.backward),
                },
            }
            for device in report.devices
        ],
        "findings": [
            {
                "rule": finding.rule,
                "device": finding.device,
                "path": finding.path,
                "message": finding.message,
                "old_to_new": _outcome(finding, "old-to-new"),
                "new_to_old": _outcome(finding, "new-to-old"),
                "old": _place(finding.old),
                "new": _place(finding.new),
                "only_in": finding.only_in,
                "help": finding.help,
                "affects": None if finding.affects is None else list(finding.affects),
                "remedies": [_remedy(remedy) for remedy in finding.remedies],
            }
            for finding in report.findings
        ],
    }


def _states(direction: Direction | None) -> dict[str, str] | None:
    """By verdict the condition of the states that come to it: of every state one holds."""
    if direction is None:
        return None
    return {str(verdict): when for verdict, when in direction.states().items()}


def _outcome(finding: Finding, direction: str) -> dict[str, Any]:
    outcome = finding.outcome(direction)
    stretch = outcome.bytes
    return {
        "verdict": str(outcome.verdict),
        "when": outcome.when,
        "witness": outcome.witness,
        "bytes": (
            None
            if stretch is None
            else {"from": stretch.start, "to": stretch.end, "old": stretch.old, "new": stretch.new}
        ),
        "error": outcome.error,
        "fingerprint": finding.fingerprint(direction),
        "accepted": None if outcome.accepted is None else _acceptance(outcome.accepted),
    }


def _verdicts(verdicts: Verdicts) -> dict[str, str]:
    return {"old_to_new": str(verdicts.old_to_new), "new_to_old": str(verdicts.new_to_old)}


def _acceptance(acceptance: Acceptance) -> dict[str, Any]:
    return {
        "when": acceptance.when,
        "reason": acceptance.reason,
        "owner": acceptance.owner,
        "until": str(acceptance.until),
    }


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "title": remedy.title,
        "edits": [
            {
                "place": _place(each.span),
                "length": each.span.end - each.span.start,
                "text": each.text,
            }
            for each in remedy.replacements
        ],
        "old_to_new": str(remedy.old_to_new),
        "new_to_old": str(remedy.new_to_old),
    }


def _place(span: Span) -> dict[str, Any] | None:
    if not span.source.path:
        return None
    first = span.first
    return {"file": span.source.path, "line": first.line, "column": first.column}
