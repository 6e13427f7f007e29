"""From frozen releases and the working schemas to one report for each release, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from vmsdl.diff.compare import compare
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import DeviceReport, DirectionResult, Finding, Report
from vmsdl.diff.verdict import Verdict, worst
from vmsdl.releases.baseline import Baseline, BaselineProblem
from vmsdl.releases.chains import find_chain_findings
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.matrix import build_history
from vmsdl.releases.release_names import NOW
from vmsdl.releases.support_window import find_shrunk_support
from vmsdl.schema.description import Schema
from vmsdl.source import NOWHERE, SourceFile, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class AllReleases:
    """`lapses`: acceptances that do not hold any more, whichever release they were made for."""

    new: str
    reports: tuple[Report, ...]
    findings: tuple[HistoryFinding, ...] = ()
    faults: tuple[BaselineProblem, ...] = ()
    lapses: tuple[Finding, ...] = field(default=())

    def meets(self, requirement: Requirement) -> bool:
        """Every release does; and nothing is wrong with them, or with what is accepted."""
        if self.faults or self.lapses:
            return False
        return all(requirement.is_met(report) for report in self.reports)


def compare_with_all(
    baseline: Baseline, now: Iterable[Schema], *, new_name: str, machine: str | None
) -> AllReleases:
    """Every release held against the working schemas, and what only several releases show."""
    schemas = tuple(now)
    history = build_history(baseline, schemas)
    reports = tuple(
        compare(release.schemas, schemas, old_name=release.name, new_name=new_name, machine=machine)
        for release in reversed(baseline.releases)
    )
    # What frozen releases do to each other is for the matrix: no change can mend it.
    ours = (found for found in find_chain_findings(history, machine) if NOW in found.versions)
    findings = (*find_shrunk_support(history, machine), *ours)
    return AllReleases(new=new_name, reports=reports, findings=findings, faults=baseline.faults)


def merge_reports(found: AllReleases) -> Report:
    """All as one report, for tools that show findings in place: each once, with its releases."""
    groups: dict[object, tuple[Finding, list[str]]] = {}
    for report in found.reports:
        for finding in report.findings:
            same = (finding.rule, finding.device, finding.path, *map(_told, _outcomes(finding)))
            groups.setdefault(same, (finding, []))[1].append(report.old)
    findings = [
        replace(finding, message=f"{finding.message} (compared with {', '.join(names)})")
        for finding, names in groups.values()
    ]
    devices: dict[str, DeviceReport] = {}
    for device in (device for report in found.reports for device in report.devices):
        known = devices.get(device.name, device)
        devices[device.name] = replace(
            device,
            old_to_new=worst((known.old_to_new, device.old_to_new)),
            new_to_old=worst((known.new_to_old, device.new_to_old)),
        )
    findings += [_fault(fault) for fault in found.faults]
    findings += [_of_history(each, devices[each.device].new) for each in found.findings]
    machine = found.reports[0].machine if found.reports else None
    several = (*findings, *found.lapses)
    return Report("all releases", found.new, machine, tuple(devices.values()), several)


def _outcomes(finding: Finding) -> tuple[DirectionResult, DirectionResult]:
    return finding.old_to_new, finding.new_to_old


def _told(outcome: DirectionResult) -> tuple[object, ...]:
    return (outcome.verdict, outcome.when, outcome.error)


def _fault(fault: BaselineProblem) -> Finding:
    open_ = DirectionResult(Verdict.UNKNOWN)
    return Finding(
        rule=fault.rule,
        device="",
        path=fault.release or fault.path,
        message=fault.message,
        old_to_new=open_,
        new_to_old=open_,
        new=NOWHERE if fault.release is None else Span(SourceFile(fault.path, ""), 0, 0),
        help=fault.help,
    )


def _of_history(found: HistoryFinding, new: Side | None) -> Finding:
    finding = Finding(
        rule=found.rule,
        device=found.device,
        path=found.path,
        message=f"{' -> '.join(found.versions)}: {found.message}",
        new=NOWHERE if new is None else new.description.name_span,
        help=found.help,
    )
    if found.versions[0] == NOW:
        return replace(finding, new_to_old=found.outcome)
    return replace(finding, old_to_new=found.outcome)
