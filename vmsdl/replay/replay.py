"""From a report to its witnesses tried: each state saved by one side, and loaded by the other."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DeviceReport, DirectionResult, Finding, Report
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.reasons import LAYOUT_REASONS
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE
from vmsdl.replay.build_state import StateNotBuilt, WitnessState, build_state
from vmsdl.replay.classes import Classes
from vmsdl.replay.compare_values import Ends
from vmsdl.replay.program import NoCodec
from vmsdl.replay.run import MigrationRun, run_migration
from vmsdl.schema.description import Role

OLD_TO_NEW, NEW_TO_OLD = "old-to-new", "new-to-old"
_SHOWN = (Verdict.CORRUPT, Verdict.REFUSED, Verdict.LOSSY)
# Where bytes part, what trips over it is whatever comes next.


@dataclass(frozen=True, slots=True)
class Replay:
    """What became of one witness. `why`: it was not tried, and the reason."""

    finding: Finding
    direction: str
    outcome: DirectionResult
    sender: Side | None = None
    receiver: Side | None = None  # None: it has no such section
    why: str = ""
    disagreement: str = ""
    state: WitnessState | None = field(default=None, compare=False, repr=False)
    happened: MigrationRun | None = field(default=None, compare=False, repr=False)
    ends: Ends | None = field(default=None, compare=False, repr=False)


def run_replays(report: Report, classes: Classes) -> Iterator[Replay]:
    """Every outcome that a state shows, in the order of the report."""
    devices = {device.name: device for device in report.devices}
    for finding in report.findings:
        device = devices.get(finding.device)
        if device is None:
            continue
        for direction, outcome in (
            (OLD_TO_NEW, finding.old_to_new),
            (NEW_TO_OLD, finding.new_to_old),
        ):
            if outcome.verdict in _SHOWN:
                yield _replay(finding, direction, outcome, device, report.machine, classes)


def report_disagreements(report: Report, tried: tuple[Replay, ...]) -> Report:
    """The report, with a finding for each witness that the codecs do not bear out."""
    found = tuple(_bug(each) for each in tried if each.disagreement)
    return replace(report, findings=(*found, *report.findings)) if found else report


def _bug(tried: Replay) -> Finding:
    words = tried.direction.replace("-", " ")
    outcome = DirectionResult(
        Verdict.UNKNOWN,
        when=tried.outcome.when,
        error=f"`{tried.finding.rule}` says {tried.outcome.verdict}; {tried.disagreement}",
    )
    is_forward = tried.direction == OLD_TO_NEW
    finding = Finding(
        rule="witness-not-reproduced",
        device=tried.finding.device,
        path=tried.finding.path,
        message=f"the generated codecs do not do what is said of {words}: a bug in vmsdl",
        old=tried.finding.old,
        new=tried.finding.new,
        help="please report it with both schemas",
    )
    if is_forward:
        return replace(finding, old_to_new=outcome)
    return replace(finding, new_to_old=outcome)


def _replay(
    finding: Finding,
    direction: str,
    outcome: DirectionResult,
    device: DeviceReport,
    machine: str | None,
    classes: Classes,
) -> Replay:
    is_forward = direction == OLD_TO_NEW
    sender, receiver = (device.old, device.new) if is_forward else (device.new, device.old)
    result = device.forward if is_forward else device.backward
    found = Replay(finding, direction, outcome, sender, receiver)
    if sender is None:
        return replace(found, why="there is nothing to send")
    try:
        one = classes.program(sender)
        if receiver is None or result is None:
            state = build_state(one, {}, TRUE, machine)
            data = _saved(state.object)
            return replace(found, state=state, happened=MigrationRun(data))
        if outcome.state is None:
            return replace(found, why="no state was given for it")
        if (outcome.error or "").startswith("unmigratable"):
            return replace(found, why="QEMU refuses before a stream is written")
        ends = Ends(one, classes.program(receiver), is_forward, machine)
        state = build_state(one, outcome.state, outcome.condition or TRUE, machine)
    except (NoCodec, StateNotBuilt) as error:
        return replace(found, why=str(error))
    actual = run_migration(ends, state.object, state.receiver)
    if not actual.is_sent and not find_disagreement(outcome, actual, result):
        return replace(found, why="the section is not sent in this state: there is no stream")
    return replace(
        found,
        state=state,
        happened=actual,
        ends=ends,
        disagreement=find_disagreement(outcome, actual, result),
    )


def find_disagreement(
    outcome: DirectionResult, actual: MigrationRun, result: MigrationResult
) -> str:
    """What the codecs do where it is not what the outcome says; "" where it is."""
    if actual.unsaved:
        return f"the sender's own version cannot do it: {actual.unsaved}"
    refusal = actual.refusal
    if outcome.verdict is Verdict.REFUSED:
        if refusal is None:
            return f"the receiver loads it: {actual.word}"
        reasons = {
            each.effect.reason for each in result.shown if each.effect.kind is EffectKind.REFUSED
        }
        if reasons & LAYOUT_REASONS or refusal.reason in {each.text for each in reasons}:
            return ""
        return f"the receiver refuses it as {refusal.reason}: {refusal.message}"
    if refusal is not None:
        return f"the receiver refuses it as {refusal.reason}: {refusal.message}"
    if outcome.verdict is Verdict.CORRUPT and not actual.wrong:
        return f"no value is wrong: {actual.word}"
    if outcome.verdict is Verdict.LOSSY and not actual.lost:
        return f"no value is lost: {actual.word}"
    return ""


def _saved(o: Any) -> bytes:
    try:
        data: bytes = o.encode()
    except ValueError as error:
        raise StateNotBuilt(f"it cannot be saved as after reset: {error}") from None
    return data


def is_section(side: Side | None) -> bool:
    return side is not None and side.description.role is Role.DEVICE
