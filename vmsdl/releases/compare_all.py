"""From frozen releases and the working schemas to one report for each release, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from vmsdl.diff.compare import compare
from vmsdl.diff.direction import Direction
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
    """The working schemas compared with every frozen release.

    `findings`: what only several releases show. `problems`: of the frozen releases.
    `stale_suppressions`: findings about suppressions that no release needs.
    """

    new: str
    reports: tuple[Report, ...]
    findings: tuple[HistoryFinding, ...] = ()
    problems: tuple[BaselineProblem, ...] = ()
    stale_suppressions: tuple[Finding, ...] = ()

    def meets(self, requirement: Requirement) -> bool:
        """Whether every release does, no release has a problem and no suppression is stale."""
        if self.problems or self.stale_suppressions:
            return False
        return all(requirement.is_met(report) for report in self.reports)


def compare_with_all(
    baseline: Baseline, now: Iterable[Schema], *, new_name: str, machine: str | None
) -> AllReleases:
    """Every release compared with the working schemas, the newest first."""
    schemas = tuple(now)
    history = build_history(baseline, schemas)
    reports = tuple(
        compare(release.schemas, schemas, old_name=release.name, new_name=new_name, machine=machine)
        for release in reversed(baseline.releases)
    )
    # Chains of frozen releases alone are for the matrix: no change of a schema can fix them.
    chains = (found for found in find_chain_findings(history, machine) if NOW in found.versions)
    findings = (*find_shrunk_support(history, machine), *chains)
    return AllReleases(new=new_name, reports=reports, findings=findings, problems=baseline.problems)


def merge_reports(found: AllReleases) -> Report:
    """All as one report, for tools that show findings in the source. Each finding is there once,
    with the releases that it was found with."""
    groups: dict[object, tuple[Finding, list[str]]] = {}
    for report in found.reports:
        for finding in report.findings:
            results = (_identify(finding.result(direction)) for direction in Direction)
            key = (finding.rule, finding.device, finding.path, *results)
            groups.setdefault(key, (finding, []))[1].append(report.old)
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
    findings += [_report_problem(problem) for problem in found.problems]
    findings += [_report_history(each, devices[each.device].new) for each in found.findings]
    machine = found.reports[0].machine if found.reports else None
    everything = (*findings, *found.stale_suppressions)
    return Report("all releases", found.new, machine, tuple(devices.values()), everything)


def _identify(result: DirectionResult) -> tuple[object, ...]:
    """What a reader sees of a result. It has other expressions in every comparison."""
    return (result.verdict, result.condition, result.detail)


def _report_problem(problem: BaselineProblem) -> Finding:
    unknown = DirectionResult(Verdict.UNKNOWN)
    return Finding(
        rule=problem.rule,
        device="",
        path=problem.release or problem.path,
        message=problem.message,
        old_to_new=unknown,
        new_to_old=unknown,
        new=NOWHERE if problem.release is None else Span(SourceFile(problem.path, ""), 0, 0),
        help=problem.help,
    )


def _report_history(found: HistoryFinding, new: Side | None) -> Finding:
    finding = Finding(
        rule=found.rule,
        device=found.device,
        path=found.path,
        message=f"{' -> '.join(found.versions)}: {found.message}",
        new=NOWHERE if new is None else new.description.name_span,
        help=found.help,
    )
    if found.versions[0] == NOW:
        return replace(finding, new_to_old=found.result)
    return replace(finding, old_to_new=found.result)
