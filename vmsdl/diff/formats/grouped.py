"""From findings to finding groups: one for each edit, the worst first, with a severity."""

from collections.abc import Mapping

from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.diff.direction import Direction
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import DeviceReport, DirectionResult, Finding, Report
from vmsdl.diff.verdict import Verdict, Verdicts, worst
from vmsdl.records import dataclass
from vmsdl.source import Span

_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)  # in the order of a report


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one edit. `finding` is the worst; the others differ in results alone.

    `results`: those with something to report, with their directions, each once.
    `severity`: an error where the requirement is not met because of it; a note where it has no
    effect or is suppressed; else a warning.
    """

    finding: Finding
    results: tuple[tuple[Direction, DirectionResult], ...]
    severity: Severity

    @property
    def is_harmless(self) -> bool:
        return not self.results and self.severity is Severity.NOTE

    @property
    def is_suppressed(self) -> bool:
        return bool(self.results) and all(r.suppression is not None for _, r in self.results)

    @property
    def device(self) -> str:
        return self.finding.device

    def verdict(self, direction: Direction) -> Verdict:
        return worst(result.verdict for own, result in self.results if own is direction)

    def summary(self, direction: Direction) -> str:
        """The verdict on a direction, and whether only some states have it."""
        verdict = self.verdict(direction)
        results = [r for own, r in self.results if own is direction and r.verdict is verdict]
        is_of_all = verdict in (Verdict.OK, Verdict.UNKNOWN) or any(
            result.condition is None or result.is_always for result in results
        )
        return str(verdict) if is_of_all else f"{verdict} in some states"


def group_findings(report: Report, requirement: Requirement) -> tuple[FindingGroup, ...]:
    devices = {device.name: device for device in report.devices}
    edits: dict[object, list[Finding]] = {}
    for finding in report.findings:
        places = map(_identify_place, (finding.old, finding.new))
        edit = (finding.rule, finding.device, finding.path, finding.message, *places)
        edits.setdefault(edit, []).append(finding)
    groups = [_make_group(findings, devices, requirement) for findings in edits.values()]
    return tuple(sorted(groups, key=_rank))


def _identify_place(span: Span) -> tuple[str, int, int]:
    return span.source.path, span.start, span.end


def _make_group(
    findings: list[Finding], devices: Mapping[str, DeviceReport], requirement: Requirement
) -> FindingGroup:
    results = [
        (direction, result)
        for direction in Direction
        for finding in findings
        if not (result := finding.result(direction)).is_silent
    ]
    each_once = tuple(each for i, each in enumerate(results) if each not in results[:i])
    device = devices.get(findings[0].device)
    if any(map(requirement.forbids, findings)) or any(
        requirement.is_violated_by(result, direction, device) for direction, result in each_once
    ):
        severity = Severity.ERROR
    elif any(result.suppression is None for _, result in each_once):
        severity = Severity.WARNING
    else:
        severity = Severity.NOTE
    return FindingGroup(findings[0], each_once, severity)


def _rank(group: FindingGroup) -> tuple[int, int]:
    badness = worst(result.verdict for _, result in group.results).badness
    return _SEVERITIES.index(group.severity), -badness


def find_changed_devices(report: Report, groups: tuple[FindingGroup, ...]) -> list[DeviceReport]:
    """The devices that have findings or other verdicts than `ok`, the worst first."""
    found = {group.device for group in groups}
    unchanged = Verdicts(Verdict.OK, Verdict.OK)
    changed = [d for d in report.devices if d.name in found or d.verdicts != unchanged]
    return sorted(changed, key=lambda d: sorted((-d.old_to_new.badness, -d.new_to_old.badness)))
