"""Acceptances held against reports: what is accepted, the verdicts without it, what has lapsed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from vmsdl.diff.migration import decide_configuration
from vmsdl.diff.report import (
    COVERS,
    DIRECTIONS,
    DeviceReport,
    DirectionResult,
    Finding,
    Report,
    Suppression,
    Verdicts,
)
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.suppressions import findings as lapses
from vmsdl.diff.suppressions.sender_states import StateQuestions, parse_states
from vmsdl.diff.verdict import BADNESS, Verdict
from vmsdl.expr.logic import and_, not_

_KINDS = {
    Verdict.CORRUPT: EffectKind.CORRUPT,
    Verdict.REFUSED: EffectKind.REFUSED,
    Verdict.LOSSY: EffectKind.LOSSY,
}


class SuppressionLedger:
    """What a project accepts, held against one report or several on one day."""

    def __init__(self, acceptances: Iterable[Suppression], today: date) -> None:
        self.acceptances = tuple(acceptances)
        self.today = today
        self._used: set[Suppression] = set()
        self._failed: dict[Suppression, Finding] = {}  # the worst that each did not hold for

    def marked(self, report: Report) -> Report:
        """The report with what is accepted marked, and the verdicts without it."""
        if not self.acceptances:
            return report
        states = StateQuestions(report)
        findings = tuple(self._finding(finding, states) for finding in report.findings)
        devices = tuple(_counted(device, findings, states) for device in report.devices)
        return replace(report, findings=findings, devices=devices)

    def lapsed(self) -> dict[Suppression, Finding]:
        """What does not hold any more, or holds nothing, and what is to be said of it."""
        found: dict[Suppression, Finding] = {}
        for each in self.acceptances:
            if each.missing:
                found[each] = lapses.report_without_reason(each)
            elif each not in self._used:
                found[each] = self._failed.get(each) or lapses.report_unused(each)
        return found

    def _finding(self, finding: Finding, states: StateQuestions) -> Finding:
        one, other = (self._outcome(finding, direction, states) for direction in DIRECTIONS)
        return replace(finding, old_to_new=one, new_to_old=other)

    def _outcome(self, finding: Finding, direction: str, states: StateQuestions) -> DirectionResult:
        outcome = finding.outcome(direction)
        known = finding.fingerprint(direction)
        named = [each for each in self.acceptances if each.fingerprint == known]
        if outcome.verdict is Verdict.OK or not named:
            return outcome
        covering = [
            each
            for each in sorted(named, key=lambda each: BADNESS.index(each.verdict))
            if outcome.verdict in COVERS[each.verdict] and self._is_in_force(each)
        ]
        ask = states.of(finding.device, direction)
        # One that is enough by itself, else all of them together.
        groups = [(each,) for each in covering] + ([tuple(covering)] if len(covering) > 1 else [])
        for group in groups:
            if ask.beyond(outcome, group) is None:
                self._used.update(group)
                return replace(outcome, accepted=group[-1])
        for each in named:
            if not self._is_in_force(each):
                self._note(each, lapses.report_expired(each, outcome))
            elif each in covering:
                beyond = ask.beyond(outcome, (each,))
                assert beyond is not None
                self._note(each, lapses.report_widened(each, outcome, beyond))
            else:
                self._note(each, lapses.report_worsened(each, outcome))
        return outcome

    def _is_in_force(self, acceptance: Suppression) -> bool:
        if acceptance.missing or acceptance.until is None:
            return False
        return self.today <= acceptance.until

    def _note(self, acceptance: Suppression, lapse: Finding) -> None:
        before = self._failed.get(acceptance)
        if before is None or _badness(before) < _badness(lapse):
            self._failed[acceptance] = lapse


def apply_suppressions(report: Report, ledger: SuppressionLedger) -> Report:
    """One report with all that is to be said of its acceptances."""
    marked = ledger.marked(report)
    return replace(marked, findings=(*marked.findings, *ledger.lapsed().values()))


def _badness(finding: Finding) -> int:
    return BADNESS.index(finding.verdict)


def _counted(
    device: DeviceReport, findings: tuple[Finding, ...], states: StateQuestions
) -> DeviceReport:
    verdicts = [
        _without(device, direction, list(_outcomes(device, findings, direction)), states)
        for direction in DIRECTIONS
    ]
    if verdicts == [device.old_to_new, device.new_to_old]:
        return device
    return replace(device, without_accepted=Verdicts(*verdicts))


def _outcomes(
    device: DeviceReport, findings: tuple[Finding, ...], direction: str
) -> Iterator[DirectionResult]:
    for finding in findings:
        outcome = finding.outcome(direction)
        if finding.device == device.name and outcome.verdict is not Verdict.OK:
            yield outcome


def _without(
    device: DeviceReport, direction: str, outcomes: list[DirectionResult], states: StateQuestions
) -> Verdict:
    """The verdict if the states of all that is accepted arrived whole."""
    own = device.old_to_new if direction == DIRECTIONS[0] else device.new_to_old
    left = [outcome for outcome in outcomes if outcome.accepted is None]
    if not left:
        return Verdict.OK if outcomes else own
    if len(left) == len(outcomes):
        return own
    ask = states.of(device.name, direction)
    refusals = [each for each in left if each.verdict is Verdict.REFUSED]
    found = decide_configuration(
        {_KINDS[each.verdict] for each in left if each.verdict in _KINDS},
        any(each.verdict is Verdict.UNKNOWN for each in left),
        ask.is_possible(and_(*(not_(ask.condition(each)) for each in refusals))),
        ask.is_possible(and_(*(not_(ask.condition(each)) for each in left))),
    )
    return min(own, found, key=BADNESS.index)


def add_suppressions(
    finding: Finding,
    direction: str,
    outcome: DirectionResult,
    *,
    reason: str,
    owner: str,
    until: date,
) -> Suppression:
    """An outcome accepted just as it is."""
    when, constants = parse_states(outcome)
    return Suppression(
        rule=finding.rule,
        device=finding.device,
        path=finding.path,
        direction=direction,
        verdict=outcome.verdict,
        when=when,
        constants=tuple(constants.items()),
        reason=reason,
        owner=owner,
        until=until,
    )
