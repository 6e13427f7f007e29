"""From a report to replays: each witness is saved by one side's codec and loaded by the other's.

The codecs are the generated modules. Where they do not do what a result says, vmsdl has a bug.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from vmsdl.diff.direction import Direction
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import NO_EFFECT, DeviceReport, DirectionResult, Finding, Report
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.reasons import LAYOUT_REASONS, EffectReason
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE
from vmsdl.replay.build_state import StateNotBuilt, WitnessState, build_state
from vmsdl.replay.classes import ModuleCache
from vmsdl.replay.compare_values import Ends
from vmsdl.replay.program import NoCodec
from vmsdl.replay.run import MigrationRun, run_migration
from vmsdl.schema.description import Role

_REPLAYED = (Verdict.CORRUPT, Verdict.REFUSED, Verdict.LOSSY)
# After the layouts diverge, the refusal can come from whatever field is next.


@dataclass(frozen=True, slots=True)
class Replay:
    """One result of a finding, and what the codecs did with its witness.

    `receiver`: None where the receiving side has no such section. `skip_reason`: why it was not
    run; empty: it was. `disagreement`: how the codecs contradict the result; empty: they do not.
    """

    finding: Finding
    direction: Direction
    result: DirectionResult
    sender: Side | None = None
    receiver: Side | None = None
    skip_reason: str = ""
    disagreement: str = ""
    state: WitnessState | None = field(default=None, compare=False, repr=False)
    run: MigrationRun | None = field(default=None, compare=False, repr=False)
    ends: Ends | None = field(default=None, compare=False, repr=False)


def run_replays(report: Report, cache: ModuleCache) -> Iterator[Replay]:
    """Every result that a state can show, in the order of the report."""
    devices = {device.name: device for device in report.devices}
    for finding in report.findings:
        device = devices.get(finding.device)
        if device is None:
            continue
        for direction in Direction:
            if finding.result(direction).verdict in _REPLAYED:
                machine = _find_machine(finding, direction, device) or report.machine
                yield _replay(finding, direction, device, machine, cache)


def _find_machine(finding: Finding, direction: Direction, device: DeviceReport) -> str | None:
    """A machine type on which the result can be seen."""
    if finding.machine_types:
        return finding.machine_types[0]
    migration = device.migration(direction)
    return None if migration is None else migration.machines.machine


def report_disagreements(report: Report, replays: tuple[Replay, ...]) -> Report:
    """The report, with a finding for each result that the codecs contradict."""
    found = tuple(_report_disagreement(each) for each in replays if each.disagreement)
    return replace(report, findings=(*found, *report.findings)) if found else report


def _report_disagreement(replay: Replay) -> Finding:
    direction = replay.direction
    result = DirectionResult(
        Verdict.UNKNOWN,
        condition=replay.result.condition,
        detail=f"`{replay.finding.rule}` reports {replay.result.verdict}; {replay.disagreement}",
    )
    return Finding(
        rule="witness-not-reproduced",
        device=replay.finding.device,
        path=replay.finding.path,
        message=(
            f"generated codecs do not confirm the verdict for {direction.phrase}: a bug in vmsdl"
        ),
        old_to_new=direction.choose(result, NO_EFFECT),
        new_to_old=direction.choose(NO_EFFECT, result),
        old=replay.finding.old,
        new=replay.finding.new,
        help="please report it with both schemas",
    )


def _replay(
    finding: Finding,
    direction: Direction,
    device: DeviceReport,
    machine: str | None,
    cache: ModuleCache,
) -> Replay:
    result = finding.result(direction)
    sender, receiver = direction.order_ends(device.old, device.new)
    migration = device.migration(direction)
    found = Replay(finding, direction, result, sender, receiver)
    if sender is None:
        return replace(found, skip_reason="the sender does not have this device")
    try:
        one = cache.open_side(sender)
        if receiver is None or migration is None:
            state = build_state(one, {}, TRUE, machine)
            data = _save(state.object)
            return replace(found, state=state, run=MigrationRun(data))
        if result.state is None:
            return replace(found, skip_reason="the finding has no example state")
        if any(each.effect.reason is EffectReason.UNMIGRATABLE for each in migration.shown):
            return replace(
                found, skip_reason="QEMU refuses the migration before it writes a stream"
            )
        ends = Ends(one, cache.open_side(receiver), direction.sender_is_old, machine)
        state = build_state(one, result.state, result.expression or TRUE, machine)
    except (NoCodec, StateNotBuilt) as error:
        return replace(found, skip_reason=str(error))
    run = run_migration(ends, state.object, state.receiver)
    disagreement = find_disagreement(result, run, migration)
    if run.own_refusal and run.refusal is None and result.verdict is not Verdict.REFUSED:
        reason = f"the sender's own version refuses the state that it saved: {run.own_refusal}"
        return replace(found, skip_reason=reason)
    if not run.is_sent and not disagreement:
        reason = "the section is not sent in this state"
        return replace(found, skip_reason=reason)
    return replace(found, state=state, run=run, ends=ends, disagreement=disagreement)


def find_disagreement(
    result: DirectionResult, run: MigrationRun, migration: MigrationResult
) -> str:
    """What the codecs do where it is not what the result says; empty: they agree."""
    if run.unsaved:
        return f"the sender's own version cannot save this state: {run.unsaved}"
    refusal = run.refusal
    if result.verdict is Verdict.REFUSED:
        if refusal is None:
            return f"the receiver loads the state: {run.verdict}"
        reasons = {
            each.effect.reason for each in migration.shown if each.effect.kind is EffectKind.REFUSED
        }
        if reasons & LAYOUT_REASONS or refusal.reason in {each.text for each in reasons}:
            return ""
        return f"the receiver refuses the state as {refusal.reason}: {refusal.message}"
    if refusal is not None:
        return f"the receiver refuses the state as {refusal.reason}: {refusal.message}"
    if result.verdict is Verdict.CORRUPT and not run.wrong:
        return f"no value is wrong: {run.verdict}"
    if result.verdict is Verdict.LOSSY and not run.lost:
        return f"no value is lost: {run.verdict}"
    return ""


def _save(o: Any) -> bytes:
    try:
        data: bytes = o.encode()
    except ValueError as error:
        raise StateNotBuilt(f"its reset state cannot be saved: {error}") from None
    return data


def is_section(side: Side | None) -> bool:
    return side is not None and side.description.role is Role.DEVICE
