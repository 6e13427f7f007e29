"""A report for a terminal: the verdicts, then what each edit does, the worst first."""

from vmsdl.diagnostics.render.text import escape_controls, render_one
from vmsdl.diff.formats.diagnostics import AlreadyShown, to_diagnostic
from vmsdl.diff.formats.grouped import FindingGroup, find_changed_devices, group_findings
from vmsdl.diff.policy import Requirement, find_unmet
from vmsdl.diff.report import DeviceReport, Report
from vmsdl.diff.verdict import Verdict

_COLORS = {
    Verdict.OK: "32",
    Verdict.CONDITIONAL: "36",
    Verdict.LOSSY: "33",
    Verdict.UNKNOWN: "35",
    Verdict.REFUSED: "31",
    Verdict.CORRUPT: "1;31",
}


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    already_shown: AlreadyShown = {}
    groups = group_findings(report, requirement)
    harmful = [group for group in groups if not group.is_harmless]
    blocks = ["".join(f"{line}\n" for line in _render_summary(report, groups, color))]
    blocks += [
        render_one(to_diagnostic(group, already_shown=already_shown), color=color)
        for group in harmful
    ]
    if harmless := [_render_harmless(group) for group in groups if group.is_harmless]:
        lines = "".join(f"  {line}\n" for line in harmless)
        blocks.append(f"no effect on migration:\n{lines}")
    if unmet := find_unmet(requirement, report):
        blocks.append(
            "".join(
                f"requirement not met: {u.direction}={u.level}, but it is {u.verdict}\n"
                for u in unmet
            )
        )
    return "\n".join(blocks)


def _render_summary(report: Report, groups: tuple[FindingGroup, ...], color: bool) -> list[str]:
    machine = f", {report.machine}" if report.machine else ""
    lines = [
        escape_controls(f"{report.old} -> {report.new}{machine}"),
        f"  old to new: {_paint(report.old_to_new, color)}",
        f"  new to old: {_paint(report.new_to_old, color)}",
    ]
    if report.new_to_new is not Verdict.OK:
        lines.append(f"  new to new: {_paint(report.new_to_new, color)}")
    left = report.verdicts_unsuppressed
    if left != report.verdicts:
        verdicts = f"old to new {left.old_to_new}, new to old {left.new_to_old}"
        lines.append(f"  without suppressed findings: {verdicts}")
    changed = find_changed_devices(report, groups)
    if changed:
        names = [escape_controls(f"{d.name}{_describe_versions(d)}") for d in changed]
        width = max(map(len, ("device", *names)))
        lines += ["", f"  {'device':<{width}}  old to new   new to old"]
        for name, device in zip(names, changed, strict=True):
            first = _paint(device.old_to_new, color, 11)
            lines.append(f"  {name:<{width}}  {first}  {_paint(device.new_to_old, color)}")
            lines += [
                f"    on {', '.join(map(escape_controls, each.machines))}: old to new"
                f" {each.verdicts.old_to_new}, new to old {each.verdicts.new_to_old}"
                for each in device.on_machines
            ]
    equal = len(report.devices) - len(changed)
    if equal:
        lines += [f"  {equal} more without a difference"] if changed else ["", "no difference"]
    for device in changed:
        if device.assumptions:
            lines += ["", f"  assumptions for {escape_controls(device.name)}:"]
            lines += [f"    {escape_controls(assumption)}" for assumption in device.assumptions]
    return lines


def _describe_versions(device: DeviceReport) -> str:
    if device.old_version is None or device.new_version is None:
        return ""
    if device.old_version == device.new_version:
        return f", version {device.new_version}"
    return f", version {device.old_version} -> {device.new_version}"


def _render_harmless(group: FindingGroup) -> str:
    finding = group.finding
    return escape_controls(f"{finding.path}: {finding.message} [{finding.rule}]").replace("\n", " ")


def _paint(verdict: Verdict, color: bool, width: int = 0) -> str:
    padded = f"{verdict:<{width}}"
    return f"\x1b[{_COLORS[verdict]}m{verdict}\x1b[0m{padded[len(verdict):]}" if color else padded
