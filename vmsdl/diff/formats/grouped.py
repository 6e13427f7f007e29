"""From a report to what readers go through: blocks of events, and edits without an effect.

A block is what is mended together: the events of one device that the same edits cause, the worst
first. The events of both directions share it: one edit that makes a section longer makes it too
short the other way.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.diff.events import Event, Identity, find_events, identify_edit
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import DeviceReport, Finding, Report
from vmsdl.diff.simulate.reasons import EffectReason
from vmsdl.diff.verdict import Verdict, Verdicts
from vmsdl.records import dataclass

SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.NOTE)  # in the order of a report
# Rules whose findings say in other words what their fellow causes say together.
_SUMMARIES = frozenset({"balanced-edit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Events of one device with the same causes.

    `causes`: their edits, a finding of each. `told_before`: those that an earlier block shows.
    `severity`: of the worst event; see `_rate`. `others`: other devices with which the same
    happens.
    """

    device: str
    events: tuple[Event, ...]
    severities: tuple[Severity, ...]  # of each event
    causes: tuple[Finding, ...]
    severity: Severity
    told_before: frozenset[Identity] = frozenset()
    others: tuple[str, ...] = ()

    @property
    def is_harmless(self) -> bool:
        return not self.events and self.severity is Severity.NOTE

    @property
    def is_suppressed(self) -> bool:
        return bool(self.events) and all(event.is_suppressed for event in self.events)

    @property
    def cause(self) -> Finding:
        """The finding that the block goes by in other tools."""
        return self.causes[0]


def make_blocks(
    report: Report, requirement: Requirement, *, joins_absent: bool = True
) -> tuple[Block, ...]:
    """The blocks of every device, the worst device and block first; then the harmless edits.

    `joins_absent`: devices that only one side has are one block, where the same happens with all.
    """
    devices = {device.name: device for device in report.devices}
    order = {name: number for number, name in enumerate(_rank_devices(report))}
    groups: dict[tuple[str, frozenset[Identity]], list[Event]] = {}
    events = find_events(report)
    for event in _drop_implied(events):
        groups.setdefault((event.device, event.cause_identities), []).append(event)
    blocks = [_make_block(own, devices, requirement) for own in groups.values()]
    with_effect = {identity for event in events for identity in event.cause_identities}
    blocks += [
        Block(
            device=finding.device,
            events=(),
            severities=(),
            causes=(finding,),
            severity=Severity.ERROR if requirement.forbids(finding) else Severity.NOTE,
        )
        for finding in report.findings
        if identify_edit(finding) not in with_effect
    ]
    blocks.sort(key=lambda block: (order.get(block.device, -1), *_rank(block)))
    return tuple(_tell_once(_join_absent(blocks) if joins_absent else blocks))


def _make_block(
    events: list[Event], devices: Mapping[str, DeviceReport], requirement: Requirement
) -> Block:
    device = devices.get(events[0].device)
    worst = events[0]
    causes = sorted(worst.causes, key=is_summary)
    severities = tuple(_rate(event, device, requirement) for event in events)
    return Block(
        device=worst.device,
        events=tuple(events),
        severities=severities,
        causes=tuple(causes),
        severity=min(severities, key=SEVERITIES.index),
    )


def _rate(event: Event, device: DeviceReport | None, requirement: Requirement) -> Severity:
    """An error where the requirement is not met because of it; a note where it is suppressed."""
    is_violated = any(
        requirement.is_violated_by(result, event.direction, device) for result in event.results
    )
    if is_violated or any(map(requirement.forbids, event.causes)):
        return Severity.ERROR
    return Severity.NOTE if event.is_suppressed else Severity.WARNING


def _drop_implied(events: Iterable[Event]) -> Iterator[Event]:
    """Without losses of what is said to arrive as another field: it arrives nowhere else."""
    events = tuple(events)
    misread = {
        (event.device, event.direction, path)
        for event in events
        if event.verdict is Verdict.CORRUPT
        for each in event.occurrences
        if each.reason is EffectReason.SHIFTED
        for path in each.sent
    }
    for event in events:
        if event.verdict is not Verdict.LOSSY:
            yield event
            continue
        left = tuple(
            each
            for each in event.occurrences
            if not each.sent
            or not {(event.device, event.direction, path) for path in each.sent} <= misread
        )
        if left:
            yield replace(event, occurrences=left)


def is_summary(finding: Finding) -> bool:
    return finding.rule in _SUMMARIES


def _rank(block: Block) -> tuple[bool, int, int]:
    badness = max((event.verdict.badness for event in block.events), default=0)
    return block.is_harmless, SEVERITIES.index(block.severity), -badness


def _rank_devices(report: Report) -> list[str]:
    def rank(device: DeviceReport) -> list[int]:
        return sorted((-device.old_to_new.badness, -device.new_to_old.badness))

    return [device.name for device in sorted(report.devices, key=rank)]


def _tell_once(blocks: Iterable[Block]) -> Iterable[Block]:
    told: set[Identity] = set()
    for block in blocks:
        own = frozenset(map(identify_edit, block.causes))
        yield replace(block, told_before=own & told)
        told |= own


# Devices of one side ------------------------------------------------------------------------------

_ABSENCE = frozenset({"section-added", "section-removed"})


def _join_absent(blocks: list[Block]) -> list[Block]:
    """Devices that the other side cannot have are one block, if the same happens with all."""
    joined: dict[object, Block] = {}
    for number, block in enumerate(blocks):
        key: object = number
        if block.cause.rule in _ABSENCE and len(block.causes) == 1:
            told = tuple((e.direction, e.verdict, e.first.condition) for e in block.events)
            is_plain = all(condition in (None, "always") for _, _, condition in told)
            key = (block.cause.rule, block.severity, told) if is_plain else number
        first = joined.get(key)
        joined[key] = (
            block if first is None else replace(first, others=(*first.others, block.device))
        )
    return list(joined.values())


def find_changed_devices(report: Report, blocks: tuple[Block, ...]) -> list[DeviceReport]:
    """The devices that have findings or other verdicts than `ok`, the worst first."""
    found = {name for block in blocks for name in (block.device, *block.others)}
    unchanged = Verdicts(Verdict.OK, Verdict.OK)
    order = {name: number for number, name in enumerate(_rank_devices(report))}
    changed = [d for d in report.devices if d.name in found or d.verdicts != unchanged]
    return sorted(changed, key=lambda device: order[device.name])


def collect_assumptions(report: Report) -> dict[str, tuple[str, ...]]:
    """What the verdicts take to be so, each with the devices that it is about; none: all."""
    found: dict[str, list[str]] = {}
    for device in report.devices:
        for each in device.assumptions:
            found.setdefault(each, []).append(device.name)
    count = len(report.devices)
    return {text: () if len(names) == count else tuple(names) for text, names in found.items()}
