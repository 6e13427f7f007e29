"""The report: verdicts of devices and the findings under them, and their JSON form."""

from dataclasses import dataclass, field
from typing import Any

from vmsdl.diff.verdict import Verdict, worst
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
    """What one direction makes of a change. `when`: of the sender's state."""

    verdict: Verdict
    when: str | None = None
    witness: dict[str, int | bool] | None = None
    bytes: Stretch | None = None
    error: str | None = None


FINE = Outcome(Verdict.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    rule: str
    path: str
    message: str
    old_to_new: Outcome = FINE
    new_to_old: Outcome = FINE
    old: Span = field(default=NOWHERE, repr=False)
    new: Span = field(default=NOWHERE, repr=False)
    help: str | None = None

    @property
    def verdict(self) -> Verdict:
        return worst((self.old_to_new.verdict, self.new_to_old.verdict))


@dataclass(frozen=True, slots=True)
class DeviceReport:
    name: str
    old_to_new: Verdict
    new_to_old: Verdict
    old_version: int | None = None
    new_version: int | None = None
    assumed: tuple[str, ...] = ()


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


def as_json(report: Report) -> dict[str, Any]:
    return {
        "old": report.old,
        "new": report.new,
        "machine": report.machine,
        "old_to_new": str(report.old_to_new),
        "new_to_old": str(report.new_to_old),
        "devices": [
            {
                "name": device.name,
                "old_to_new": str(device.old_to_new),
                "new_to_old": str(device.new_to_old),
                "assumed": list(device.assumed),
            }
            for device in report.devices
        ],
        "findings": [
            {
                "rule": finding.rule,
                "path": finding.path,
                "message": finding.message,
                "old_to_new": _outcome(finding.old_to_new),
                "new_to_old": _outcome(finding.new_to_old),
                "old": _place(finding.old),
                "new": _place(finding.new),
                "help": finding.help,
            }
            for finding in report.findings
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
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
    }


def _place(span: Span) -> dict[str, Any] | None:
    if not span.source.path:
        return None
    first = span.first
    return {"file": span.source.path, "line": first.line, "column": first.column}
