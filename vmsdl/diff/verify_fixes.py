"""From a report whose remedies are proposals to one that tells the verdicts after each of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from vmsdl.diff.compare import collect_verdicts
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DeviceReport, Finding, ProposedFix, Report
from vmsdl.diff.verdict import BADNESS, Verdict
from vmsdl.schema.description import Schema
from vmsdl.schema.recorded import is_recorded

# The new schema with other texts in place of some of its files, by path; None: it has faults.
Reload = Callable[[Schema, Mapping[str, str]], Schema | None]

MOST = 12  # remedies that are tried for one report: each is a parse and a comparison


def verify_fixes(report: Report, reload: Reload) -> Report:
    """The worst findings first; a remedy that makes no direction better is no remedy."""
    devices = {device.name: device for device in report.devices}
    left = MOST
    findings: list[Finding] = []
    for finding in report.findings:
        device = devices[finding.device]
        kept: list[ProposedFix] = []
        for remedy in finding.remedies if finding.verdict is not Verdict.OK else ():
            if left and (after := _after(remedy, device, report.machine, reload)) is not None:
                kept.append(after)
            left = max(0, left - 1)
        findings.append(replace(finding, remedies=tuple(kept)))
    return replace(report, findings=tuple(findings))


def _after(
    remedy: ProposedFix, device: DeviceReport, machine: str | None, reload: Reload
) -> ProposedFix | None:
    if device.old is None or device.new is None:
        return None
    if is_recorded(device.new.description):
        return None  # it was, and cannot be made otherwise
    schema = reload(device.new.schema, collect_texts(remedy))
    description = None if schema is None else schema.descriptions.get(device.new.description.name)
    if schema is None or description is None:
        return None
    after = collect_verdicts(device.old, Side(schema, description), machine)
    before = device.old_to_new, device.new_to_old
    if not any(map(_is_better, after, before)):
        return None
    return replace(remedy, old_to_new=after[0], new_to_old=after[1])


def _is_better(one: Verdict, other: Verdict) -> bool:
    return BADNESS.index(one) < BADNESS.index(other)


def collect_texts(remedy: ProposedFix) -> dict[str, str]:
    """The files that a remedy changes, by path, as they are then."""
    found: dict[str, str] = {}
    for each in sorted(remedy.replacements, key=lambda each: -each.span.start):
        source = each.span.source
        text = found.get(source.path, source.text)
        found[source.path] = text[: each.span.start] + each.text + text[each.span.end :]
    return found
