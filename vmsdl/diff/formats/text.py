"""A report for a terminal."""

from vmsdl.diff.report import DeviceReport, Finding, Outcome, Report
from vmsdl.diff.verdict import Verdict


def render(report: Report) -> str:
    lines = [
        f"{report.old} -> {report.new}" + (f", {report.machine}" if report.machine else ""),
        f"  old to new: {report.old_to_new}",
        f"  new to old: {report.new_to_old}",
    ]
    changed = [d for d in report.devices if not _is_quiet(d, report)]
    equal = len(report.devices) - len(changed)
    for device in changed:
        lines += ["", f"{device.name}{_versions(device)}"]
        lines += [f"  old to new: {device.old_to_new}", f"  new to old: {device.new_to_old}"]
        lines += [f"  taken for granted: {words}" for words in device.assumed]
    for finding in report.findings:
        lines += ["", *_finding(finding)]
    if equal:
        lines += ["", f"{equal} more without a difference" if changed else "no difference"]
    return "".join(f"{line}\n" for line in lines)


def _is_quiet(device: DeviceReport, report: Report) -> bool:
    if (device.old_to_new, device.new_to_old) != (Verdict.OK, Verdict.OK):
        return False
    return not any(f.device == device.name for f in report.findings)


def _versions(device: DeviceReport) -> str:
    if device.old_version is None or device.new_version is None:
        return ""
    if device.old_version == device.new_version:
        return f", version {device.new_version}"
    return f", version {device.old_version} -> {device.new_version}"


def _finding(finding: Finding) -> list[str]:
    lines = [f"{finding.path}: {finding.message} [{finding.rule}]"]
    for word, span in (("old", finding.old), ("new", finding.new)):
        if span.source.path:
            lines.append(f"  {word}: {span.source.path}:{span.first.line}:{span.first.column}")
    lines += _outcome("old to new", finding.old_to_new)
    lines += _outcome("new to old", finding.new_to_old)
    if finding.help:
        lines.append(f"  help: {finding.help}")
    for remedy in finding.remedies:
        verdicts = f"old to new {remedy.old_to_new}, new to old {remedy.new_to_old}"
        lines.append(f"  remedy: {remedy.title}; then {verdicts}")
    return lines


def _outcome(name: str, outcome: Outcome) -> list[str]:
    when = ""
    if outcome.when is not None:
        when = ", always" if outcome.when == "always" else f" when {outcome.when}"
    lines = [f"  {name}: {outcome.verdict}{when}"]
    if outcome.witness:
        shown = ", ".join(f"{k} = {_value(v)}" for k, v in outcome.witness.items())
        lines.append(f"    for example {shown}, all else as after reset")
    if outcome.bytes is not None:
        b = outcome.bytes
        place = f"byte {b.start}" if b.end == b.start + 1 else f"bytes {b.start} to {b.end - 1}"
        lines.append(f"    {place}: `{b.old}` to old, `{b.new}` to new")
    if outcome.error:
        lines.append(f"    {outcome.error}")
    return lines


def _value(value: int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
