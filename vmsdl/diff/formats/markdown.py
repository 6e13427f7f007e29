"""A report for a pull request."""

from vmsdl.diff.report import Finding, Outcome, Report
from vmsdl.diff.verdict import Verdict


def render(report: Report) -> str:
    machine = f" on `{report.machine}`" if report.machine else ""
    lines = [
        f"**{report.old} → {report.new}**{machine}: old to new **{report.old_to_new}**, "
        f"new to old **{report.new_to_old}**",
        "",
        "| device | version | old → new | new → old |",
        "|---|---|---|---|",
    ]
    for device in report.devices:
        before, after = (_version(v) for v in (device.old_version, device.new_version))
        verdicts = f"{device.old_to_new} | {device.new_to_old}"
        lines.append(f"| {_cell(device.name)} | {before} → {after} | {verdicts} |")
    if report.findings:
        lines += ["", "| where | what | old → new | new → old |", "|---|---|---|---|"]
    for finding in report.findings:
        lines.append(_row(finding))
    for device in report.devices:
        lines += [f"\n{device.name}: {words}" for words in device.assumed]
    return "".join(f"{line}\n" for line in lines)


def _row(finding: Finding) -> str:
    what = f"{finding.rule}: {finding.message}"
    outcomes = f"{_outcome(finding.old_to_new)} | {_outcome(finding.new_to_old)}"
    return f"| {_cell(finding.path)} | {_cell(what)} | {outcomes} |"


def _outcome(outcome: Outcome) -> str:
    if outcome.verdict is Verdict.OK:
        return "ok"
    text = f"**{outcome.verdict}**"
    if outcome.when is not None:
        text += " always" if outcome.when == "always" else f" when `{_cell(outcome.when)}`"
    if outcome.bytes is not None:
        b = outcome.bytes
        text += f"<br>byte {b.start}: `{_cell(b.old)}` / `{_cell(b.new)}`"
    if outcome.error:
        text += f"<br>{_cell(outcome.error)}"
    return text


def _version(version: int | None) -> str:
    return "-" if version is None else str(version)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
