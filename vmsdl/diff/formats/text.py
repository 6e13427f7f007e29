"""A report for a terminal: the verdicts, then what each edit does, the worst first."""

from vmsdl.diagnostics.render.text import escape_controls, render_one
from vmsdl.diff.formats.grouped import FindingGroup, collect_codes, group_findings, to_diagnostic
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import DeviceReport, Finding, Report, Verdicts
from vmsdl.diff.verdict import BADNESS, Verdict

_COLORS = {
    Verdict.OK: "32",
    Verdict.CONDITIONAL: "36",
    Verdict.LOSSY: "33",
    Verdict.UNKNOWN: "35",
    Verdict.REFUSED: "31",
    Verdict.CORRUPT: "1;31",
}


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    told: dict[object, Finding] = {}
    codes = collect_codes()
    found = group_findings(report, requirement)
    harmful = [remark for remark in found if not remark.is_harmless]
    blocks = ["".join(f"{line}\n" for line in _summary(report, found, color))]
    blocks += [render_one(to_diagnostic(remark, codes, told), color=color) for remark in harmful]
    if harmless := [_harmless(remark) for remark in found if remark.is_harmless]:
        blocks.append(
            "without an effect between the two:\n" + "".join(f"  {line}\n" for line in harmless)
        )
    if unmet := requirement.unmet(report):
        blocks.append("".join(f"required: {d}={level}; it is {v}\n" for d, level, v in unmet))
    return "\n".join(blocks)


def _summary(report: Report, found: tuple[FindingGroup, ...], color: bool) -> list[str]:
    machine = f", {report.machine}" if report.machine else ""
    lines = [
        escape_controls(f"{report.old} -> {report.new}{machine}"),
        f"  old to new: {_painted(report.old_to_new, color)}",
        f"  new to old: {_painted(report.new_to_old, color)}",
    ]
    left = report.required
    if left != Verdicts(report.old_to_new, report.new_to_old):
        verdicts = f"old to new {left.old_to_new}, new to old {left.new_to_old}"
        lines.append(f"  without what is accepted: {verdicts}")
    changed = find_changed_devices(report, found)
    if changed:
        names = [escape_controls(f"{device.name}{describe_versions(device)}") for device in changed]
        width = max(map(len, ("device", *names)))
        lines += ["", f"  {'device':<{width}}  old to new   new to old"]
        for name, device in zip(names, changed, strict=True):
            first = _painted(device.old_to_new, color, 11)
            lines.append(f"  {name:<{width}}  {first}  {_painted(device.new_to_old, color)}")
    equal = len(report.devices) - len(changed)
    if equal:
        lines += [f"  {equal} more without a difference"] if changed else ["", "no difference"]
    for device in changed:
        if device.assumed:
            lines += ["", f"  taken for granted in {escape_controls(device.name)}:"]
            lines += [f"    {escape_controls(words)}" for words in device.assumed]
    return lines


def find_changed_devices(report: Report, found: tuple[FindingGroup, ...]) -> list[DeviceReport]:
    """Those that there is something to say of, the worst first."""
    touched = {remark.device for remark in found}
    changed = [
        device
        for device in report.devices
        if device.name in touched
        or (device.old_to_new, device.new_to_old) != (Verdict.OK, Verdict.OK)
    ]
    return sorted(
        changed,
        key=lambda d: sorted((-BADNESS.index(d.old_to_new), -BADNESS.index(d.new_to_old))),
    )


def describe_versions(device: DeviceReport) -> str:
    if device.old_version is None or device.new_version is None:
        return ""
    if device.old_version == device.new_version:
        return f", version {device.new_version}"
    return f", version {device.old_version} -> {device.new_version}"


def _harmless(remark: FindingGroup) -> str:
    finding = remark.finding
    return escape_controls(f"{finding.path}: {finding.message} [{finding.rule}]").replace("\n", " ")


def _painted(verdict: Verdict, color: bool, width: int = 0) -> str:
    padded = f"{verdict:<{width}}"
    return f"\x1b[{_COLORS[verdict]}m{verdict}\x1b[0m{padded[len(verdict):]}" if color else padded
