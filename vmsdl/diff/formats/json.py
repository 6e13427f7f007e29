"""A report as JSON, for programs; `report.schema.json` beside it describes every member."""

import json
from typing import Any

from vmsdl.diff.direction import Direction
from vmsdl.diff.events import Event, Occurrence, find_events
from vmsdl.diff.formats.headlines import describe_headline, describe_when, is_exact
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import DeviceReport, DirectionResult, Finding, ProposedFix, Report
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.reasons import EffectReason, Unknown
from vmsdl.diff.suppression import Suppression
from vmsdl.diff.verdict import Verdicts
from vmsdl.resources import read_package_text
from vmsdl.source import Span

SCHEMA = "urn:vmsdl:diff-report:2"


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    return json.dumps(report_to_json(report), indent=1, ensure_ascii=False) + "\n"


def read_report_schema() -> str:
    """The JSON schema of every report."""
    return read_package_text("diff", "formats", "report.schema.json")


def report_to_json(report: Report) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "old": report.old,
        "new": report.new,
        "old_origin": report.old_origin or None,
        "new_origin": report.new_origin or None,
        "machine": report.machine,
        **_verdicts_to_json(report.verdicts),
        "new_to_new": str(report.new_to_new),
        "verdicts_unsuppressed": _verdicts_to_json(report.verdicts_unsuppressed),
        "devices": [_device_to_json(device) for device in report.devices],
        "events": [_event_to_json(event) for event in find_events(report)],
        "findings": [_finding_to_json(finding) for finding in report.findings],
    }


def _verdicts_to_json(verdicts: Verdicts) -> dict[str, str]:
    return {"old_to_new": str(verdicts.old_to_new), "new_to_old": str(verdicts.new_to_old)}


def _device_to_json(device: DeviceReport) -> dict[str, Any]:
    return {
        "name": device.name,
        **_verdicts_to_json(device.verdicts),
        "verdicts_unsuppressed": _verdicts_to_json(device.verdicts_unsuppressed),
        "new_to_new": str(device.new_to_new),
        "on_machines": [
            {"machines": list(each.machines), **_verdicts_to_json(each.verdicts)}
            for each in device.on_machines
        ],
        "assumptions": list(device.assumptions),
        "conditions_by_verdict": {
            "old_to_new": _conditions_to_json(device.forward),
            "new_to_old": _conditions_to_json(device.backward),
        },
    }


def _conditions_to_json(migration: MigrationResult | None) -> dict[str, str] | None:
    """By verdict, the condition of the states that have it. Exactly one holds of every state."""
    if migration is None:
        return None
    return {str(verdict): condition for verdict, condition in migration.describe_states().items()}


def _event_to_json(event: Event) -> dict[str, Any]:
    return {
        "device": event.device,
        "direction": str(event.direction),
        "verdict": str(event.verdict),
        "is_always": event.is_always,
        "is_suppressed": event.is_suppressed,
        "headline": describe_headline(event),
        "places": [_occurrence_to_json(each) for each in event.occurrences],
        "causes": [
            {
                "rule": finding.rule,
                "path": finding.path,
                "fingerprint": finding.fingerprint(event.direction),
            }
            for finding in event.causes
        ],
    }


def _occurrence_to_json(o: Occurrence) -> dict[str, Any]:
    return {
        "reason": o.reason.text if isinstance(o.reason, EffectReason) else None,
        "sent": list(o.sent),
        "received": o.received,
        "bytes": None if o.offset is None else {"from": o.offset, "to": o.offset + o.size},
        "value": o.value,
        "message": (o.reason.text if isinstance(o.reason, Unknown) else o.message) or None,
        "doubt": o.doubt or None,
        "condition": o.condition,
        "condition_in_words": describe_when(o) or None,
        "is_condition_in_words_exact": is_exact(o),
        "witness": o.witness,
    }


def _finding_to_json(finding: Finding) -> dict[str, Any]:
    types = finding.machine_types
    return {
        "rule": finding.rule,
        "device": finding.device,
        "path": finding.path,
        "message": finding.message,
        "old_to_new": _result_to_json(finding, Direction.OLD_TO_NEW),
        "new_to_old": _result_to_json(finding, Direction.NEW_TO_OLD),
        "new_to_new": _own_result_to_json(finding.new_to_new),
        "old": _place_to_json(finding.old),
        "new": _place_to_json(finding.new),
        "only_in": finding.only_in,
        "help": finding.help,
        "machine_types": None if types is None else list(types),
        "fixes": [_fix_to_json(fix) for fix in finding.fixes],
    }


def _result_to_json(finding: Finding, direction: Direction) -> dict[str, Any]:
    result = finding.result(direction)
    b = result.byte_range
    return {
        "verdict": str(result.verdict),
        "condition": result.condition,
        "witness": result.witness,
        "bytes": None if b is None else {"from": b.start, "to": b.end, "old": b.old, "new": b.new},
        "detail": result.detail,
        "fingerprint": finding.fingerprint(direction),
        "suppression": None if result.suppression is None else _to_json(result.suppression),
    }


def _own_result_to_json(result: DirectionResult) -> dict[str, Any] | None:
    if result.is_silent:
        return None
    return {
        "verdict": str(result.verdict),
        "condition": result.condition,
        "witness": result.witness,
        "detail": result.detail,
    }


def _to_json(suppression: Suppression) -> dict[str, str]:
    return {
        "condition": suppression.condition,
        "reason": suppression.reason,
        "owner": suppression.owner,
        "until": str(suppression.until),
    }


def _fix_to_json(fix: ProposedFix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "edits": [
            {
                "place": _place_to_json(each.span),
                "length": each.span.end - each.span.start,
                "text": each.text,
            }
            for each in fix.replacements
        ],
        "old_to_new": str(fix.old_to_new),
        "new_to_old": str(fix.new_to_old),
    }


def _place_to_json(span: Span) -> dict[str, Any] | None:
    if not span.source.path:
        return None
    first = span.first
    return {"file": span.source.path, "line": first.line, "column": first.column}
