"""From suppressions and reports to reports where suppressed results are marked and do not count."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from vmsdl.diff.direction import Direction
from vmsdl.diff.machines import find_losing
from vmsdl.diff.migration import decide_configuration
from vmsdl.diff.report import DeviceReport, DirectionResult, Finding, Report
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.suppression import COVERED_VERDICTS, Suppression
from vmsdl.diff.suppressions.findings import (
    report_condition_widened,
    report_expired,
    report_missing_keys,
    report_unused,
    report_verdict_worsened,
)
from vmsdl.diff.suppressions.sender_states import (
    AllSenderStates,
    SenderStates,
    get_expression,
    write_result_condition,
)
from vmsdl.diff.verdict import Verdict, Verdicts
from vmsdl.expr.logic import and_, not_

_KINDS = {
    Verdict.CORRUPT: EffectKind.CORRUPT,
    Verdict.REFUSED: EffectKind.REFUSED,
    Verdict.LOSSY: EffectKind.LOSSY,
}


class SuppressionLedger:
    """The suppressions of a project on one day. It is applied to one report, or to several, and
    then knows which suppressions are stale."""

    def __init__(self, suppressions: Iterable[Suppression], day: date) -> None:
        self.suppressions = tuple(suppressions)
        self.day = day
        self._used: set[Suppression] = set()
        # For a suppression that failed to cover a result: the worst finding about that.
        self._failures: dict[Suppression, Finding] = {}

    def mark(self, report: Report) -> Report:
        """The report with suppressed results marked, and the verdicts without them."""
        if not self.suppressions:
            return report
        states = AllSenderStates(report)
        findings = tuple(self._mark_finding(finding, states) for finding in report.findings)
        devices = tuple(_count(device, findings, states) for device in report.devices)
        return replace(report, findings=findings, devices=devices)

    def find_stale(self) -> dict[Suppression, Finding]:
        """The suppressions that no marked report needed or that failed, and a finding for each."""
        found: dict[Suppression, Finding] = {}
        for each in self.suppressions:
            if each.missing_keys:
                found[each] = report_missing_keys(each)
            elif each not in self._used:
                found[each] = self._failures.get(each) or report_unused(each)
        return found

    def _mark_finding(self, finding: Finding, states: AllSenderStates) -> Finding:
        old_to_new, new_to_old = (self._mark_result(finding, each, states) for each in Direction)
        return replace(finding, old_to_new=old_to_new, new_to_old=new_to_old)

    def _mark_result(
        self, finding: Finding, direction: Direction, states: AllSenderStates
    ) -> DirectionResult:
        result = finding.result(direction)
        fingerprint = finding.fingerprint(direction)
        matching = [each for each in self.suppressions if each.fingerprint == fingerprint]
        if result.verdict is Verdict.OK or not matching:
            return result
        covering = [
            each
            for each in sorted(matching, key=lambda each: each.verdict.badness)
            if result.verdict in COVERED_VERDICTS[each.verdict] and each.is_in_force(self.day)
        ]
        own_states = states.of(finding.device, direction)
        # One that is enough by itself, else all of them together.
        groups = [(each,) for each in covering] + ([tuple(covering)] if len(covering) > 1 else [])
        for group in groups:
            if own_states.find_uncovered(result, group) is None:
                self._used.update(group)
                return replace(result, suppression=group[-1])
        for each in matching:
            if not each.is_in_force(self.day):
                self._note_failure(each, report_expired(each, result))
            elif each in covering:
                uncovered = own_states.find_uncovered(result, (each,))
                assert uncovered is not None
                self._note_failure(each, report_condition_widened(each, result, uncovered))
            else:
                self._note_failure(each, report_verdict_worsened(each, result))
        return result

    def _note_failure(self, suppression: Suppression, failure: Finding) -> None:
        before = self._failures.get(suppression)
        if before is None or before.verdict.badness < failure.verdict.badness:
            self._failures[suppression] = failure


def apply_suppressions(report: Report, ledger: SuppressionLedger) -> Report:
    """The marked report, with a finding for each stale suppression."""
    marked = ledger.mark(report)
    return replace(marked, findings=(*marked.findings, *ledger.find_stale().values()))


def _count(
    device: DeviceReport, findings: tuple[Finding, ...], states: AllSenderStates
) -> DeviceReport:
    """The device with its unsuppressed verdicts, where they differ from its verdicts."""
    own = [finding for finding in findings if finding.device == device.name]
    verdicts = Verdicts(
        *(
            _decide_unsuppressed(
                device.verdicts.of(direction),
                [finding.result(direction) for finding in own],
                states.of(device.name, direction),
            )
            for direction in Direction
        )
    )
    device = replace(device, losing=find_losing(own))
    return device if verdicts == device.verdicts else replace(device, unsuppressed=verdicts)


def _decide_unsuppressed(
    verdict: Verdict, results: list[DirectionResult], states: SenderStates
) -> Verdict:
    """The verdict of one direction if the states of suppressed results arrived whole.

    `verdict` is the one with all results. The answer is never worse than that.
    """
    bad = [result for result in results if result.verdict is not Verdict.OK]
    left = [result for result in bad if result.suppression is None]
    if len(left) == len(bad):
        return verdict
    if not left:
        return Verdict.OK
    refusals = [each for each in left if each.verdict is Verdict.REFUSED]
    found = decide_configuration(
        {_KINDS[each.verdict] for each in left if each.verdict in _KINDS},
        is_open=any(each.verdict is Verdict.UNKNOWN for each in left),
        loads=states.is_possible(and_(*(not_(get_expression(each)) for each in refusals))),
        arrives=states.is_possible(and_(*(not_(get_expression(each)) for each in left))),
        is_reset_refused=any(each.state == {} for each in refusals),
    )
    return min(verdict, found, key=lambda each: each.badness)


def suppress(
    finding: Finding, direction: Direction, *, reason: str, owner: str, until: date
) -> Suppression:
    """A suppression for one result of a finding, exactly as it is now."""
    result = finding.result(direction)
    condition, constants = write_result_condition(result)
    return Suppression(
        rule=finding.rule,
        device=finding.device,
        path=finding.path,
        direction=direction,
        verdict=result.verdict,
        condition=condition,
        constants=tuple(constants.items()),
        reason=reason,
        owner=owner,
        until=until,
    )
