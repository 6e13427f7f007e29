"""A report for a terminal: the verdicts, then what happens, the worst first, in 80 columns.

A block has what happens, an example of it, its causes, and what to do:

    error: old to new: `count` is lost whenever `count != 0` (the receiver has 0)
        for example `count = 1`, and all else as after reset
      cause: field `count` was removed [field-removed]
        old.vmsd:4: count: u16;
      help: keep its bytes with `unused[…];`
"""

from collections.abc import Iterator
from textwrap import wrap

from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.diagnostics.render.text import escape_controls
from vmsdl.diff.events import identify_edit
from vmsdl.diff.formats.grouped import (
    Block,
    collect_assumptions,
    find_changed_devices,
    is_summary,
    make_blocks,
)
from vmsdl.diff.formats.headlines import (
    is_told_by_message,
    tell_events,
)
from vmsdl.diff.formats.phrases import (
    describe_fix,
    describe_names,
    describe_notes,
    describe_on_machines,
    describe_origins,
    find_places,
)
from vmsdl.diff.policy import Requirement, find_unmet
from vmsdl.diff.report import DeviceReport, Finding, Report
from vmsdl.diff.verdict import Verdict

WIDTH = 80
_OVERVIEW_FROM = 6  # devices
_COLORS = {
    Verdict.OK: "32",
    Verdict.CONDITIONAL: "36",
    Verdict.LOSSY: "33",
    Verdict.UNKNOWN: "35",
    Verdict.REFUSED: "31",
    Verdict.CORRUPT: "1;31",
}
_SEVERITY_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;32"}


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    blocks = make_blocks(report, requirement)
    changed = find_changed_devices(report, blocks)
    parts = [_render_summary(report, changed, color)]
    if overview := _render_overview(blocks, changed, color):
        parts.append(overview)
    is_titled = len(changed) > 1
    titled: set[str] = set()
    for block in blocks:
        if block.is_harmless:
            continue
        lines = list(_render_block(block, color))
        device = next((d for d in changed if d.name == block.device), None)
        if is_titled and device is not None and not block.others and device.name not in titled:
            titled.add(device.name)
            lines[:0] = [_render_device(device, color), ""]
        parts.append(lines)
    if harmless := [block.cause for block in blocks if block.is_harmless]:
        parts.append(["no effect on migration:", *_render_harmless(harmless)])
    if assumptions := collect_assumptions(report):
        parts.append(["assumptions:", *_render_assumptions(assumptions)])
    if unmet := find_unmet(requirement, report):
        parts.append(
            [f"requirement not met: {u.direction}={u.level}, but it is {u.verdict}" for u in unmet]
        )
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def _render_summary(report: Report, changed: list[DeviceReport], color: bool) -> list[str]:
    machine = f", {report.machine}" if report.machine else ""
    device = f": {changed[0].name}{_describe_versions(changed[0])}" if len(changed) == 1 else ""
    lines = [
        *_fold(f"{report.old} -> {report.new}{machine}{device}", 0),
        *(escape_controls(f"  {origin}") for origin in describe_origins(report)),
        f"  old to new: {_paint(report.old_to_new, color)}",
        f"  new to old: {_paint(report.new_to_old, color)}",
    ]
    if report.new_to_new is not Verdict.OK:
        lines.append(f"  new to new: {_paint(report.new_to_new, color)}")
    left = report.verdicts_unsuppressed
    if left != report.verdicts:
        verdicts = f"old to new {left.old_to_new}, new to old {left.new_to_old}"
        lines.append(f"  without suppressed findings: {verdicts}")
    equal = len(report.devices) - len(changed)
    if not changed:
        lines.append("  no difference")
    elif len(changed) > 1 or equal:
        lines.append(f"  {len(changed)} of {len(report.devices)} devices differ")
    for each in changed:
        lines += [line for text in describe_on_machines(each) for line in _fold(text, 2)]
    return lines


def _render_overview(
    blocks: tuple[Block, ...], changed: list[DeviceReport], color: bool
) -> list[str]:
    """Which devices do not travel, and the worst that happens to each; nothing where a screen
    shows the whole report."""
    devices = {device.name: device for device in changed}
    lines: list[str] = []
    told: set[str] = set()
    for block in blocks:
        if block.is_harmless or not block.events or block.device in told:
            continue
        told |= {block.device, *block.others}
        first = tell_events(block)[0]
        if not block.others:
            lines.append(f"  {_render_device(devices[block.device], color)}")
        lines.append(_clip(escape_controls(f"    {first.way}: {first.headline}")))
    if len(told) < _OVERVIEW_FROM:
        return []
    return ["which devices, and the first reason of each:", *lines]


def _render_device(device: DeviceReport, color: bool) -> str:
    name = escape_controls(f"{device.name}{_describe_versions(device)}")
    first, second = (_paint(v, color) for v in (device.old_to_new, device.new_to_old))
    return f"{name}: old to new {first}, new to old {second}"


def _describe_versions(device: DeviceReport) -> str:
    if device.old_version is None or device.new_version is None:
        return ""
    if device.old_version == device.new_version:
        return f", version {device.new_version}"
    return f", version {device.old_version} -> {device.new_version}"


# Blocks -------------------------------------------------------------------------------------------


def _render_block(block: Block, color: bool) -> Iterator[str]:
    if not block.events:
        yield from _render_head(block.severity, block.cause.message, color)
    for told in tell_events(block):
        yield from _render_head(told.severity, f"{told.way}: {told.headline}", color)
        for text in told.details:
            yield from _fold(text, 4)
    fresh = [f for f in block.causes if identify_edit(f) not in block.told_before]
    if not block.others:
        for finding in block.causes:
            yield from _render_cause(
                finding,
                is_told=all(is_told_by_message(event) for event in block.events),
                has_places=finding in fresh and not is_summary(finding),
            )
    remedies = {text: None for finding in fresh for text in _describe_remedies(finding)}
    for text in sorted(remedies, key=lambda text: text.startswith("help: ")):
        yield from _fold(text, 2)


def _render_head(severity: Severity, text: str, color: bool) -> list[str]:
    first, *rest = _fold(f"{severity}: {text}", 0)
    if color:
        painted = f"\x1b[{_SEVERITY_COLORS[severity]}m{severity}:\x1b[0m"
        first = f"{painted}{first.removeprefix(f'{severity}:')}"
    return [first, *rest]


def _describe_remedies(finding: Finding) -> Iterator[str]:
    yield from describe_notes(finding)
    yield from (f"fix: {describe_fix(fix)}" for fix in finding.fixes)
    if finding.help:
        yield f"help: {finding.help}"


def _render_cause(finding: Finding, *, is_told: bool, has_places: bool) -> Iterator[str]:
    cause = (
        f"rule: {finding.rule} in {finding.path}"
        if is_told
        else f"cause: {finding.message} [{finding.rule}]"
    )
    yield from _fold(cause, 2)
    for side, where, line in find_places(finding) if has_places else ():
        place = escape_controls(f"    {side} {where}")
        line = escape_controls(line)
        if len(place) + len(line) + 2 <= WIDTH:
            yield f"{place}: {line}" if line else place
        else:
            yield from (place, _clip(f"      {line}"))


def _render_harmless(findings: list[Finding]) -> Iterator[str]:
    for finding in findings:
        yield from _fold(f"{finding.path}: {finding.message} [{finding.rule}]", 2)


def _render_assumptions(assumptions: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for text, names in assumptions.items():
        yield from _fold(f"{text} ({describe_names(names)})" if names else text, 2)


# Lines --------------------------------------------------------------------------------------------


def _fold(text: str, indent: int) -> list[str]:
    """A paragraph. Its lines after the first are indented further."""
    return wrap(
        escape_controls(text).replace("\n", " "),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _clip(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[:WIDTH - 1]}…"


def _paint(verdict: Verdict, color: bool) -> str:
    return f"\x1b[{_COLORS[verdict]}m{verdict}\x1b[0m" if color else str(verdict)
