"""A report as JSON."""

from typing import Any

from vmsdl.diagnostics.diagnostic import Replacement as Replacement
from vmsdl.diff.report import Finding, ProposedFix, Report, Suppression, Verdicts
from vmsdl.diff.result import MigrationResult
from vmsdl.source import Span


def report_to_json(report: Report) -> dict[str, Any]:
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


def _states(direction: MigrationResult | None) -> dict[str, str] | None:
    """By verdict the condition of the states that come to it: of every state one holds."""
    if direction is None:
        return None
    return {str(verdict): when for verdict, when in direction.describe_states().items()}


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


def _acceptance(acceptance: Suppression) -> dict[str, Any]:
    return {
        "when": acceptance.when,
        "reason": acceptance.reason,
        "owner": acceptance.owner,
        "until": str(acceptance.until),
    }


def _remedy(remedy: ProposedFix) -> dict[str, Any]:
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
