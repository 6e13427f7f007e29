"""A report as a comment on a pull request: a short table, and below it what each edit does.

All that comes from schemas is written so that it stays text: no markup, no mention of people, no
link.
"""

import re
from collections.abc import Iterable

from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.diagnostics.render.text import escape_controls
from vmsdl.diff.direction import Direction
from vmsdl.diff.formats.grouped import FindingGroup, find_changed_devices, group_findings
from vmsdl.diff.formats.phrases import (
    describe_byte_range,
    describe_fix,
    describe_machine_types,
    describe_own_state,
    describe_suppression,
    describe_witness,
    find_first_line,
)
from vmsdl.diff.policy import Requirement, find_unmet
from vmsdl.diff.report import DeviceReport, DirectionResult, Report
from vmsdl.diff.verdict import Verdict
from vmsdl.source import Span

LONGEST = 65_536  # characters that GitHub allows in a comment
_MOST_DEVICES = 100  # in the table, so that findings have room beside a whole machine
_NOTE_ROOM = 200  # characters for the note that something was left out

_SIGNS = {
    Verdict.OK: "✅",
    Verdict.CONDITIONAL: "🟡",
    Verdict.LOSSY: "🟠",
    Verdict.UNKNOWN: "❔",
    Verdict.REFUSED: "⛔",
    Verdict.CORRUPT: "💥",
}
# What GitHub would turn into more than text outside of code: mentions, numbers of issues,
# addresses, emoji codes, hashes of commits.
_LIVE = re.compile(r"[@#/]|:\S|www\.|\b[0-9a-f]{7}", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&$])")


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    groups = group_findings(report, requirement)
    machine = f" on {code(report.machine)}" if report.machine else ""
    head = [f"**{code(report.old)} → {code(report.new)}**{machine}\n"]
    head.append(_render_devices(report, find_changed_devices(report, groups)))
    left = report.verdicts_unsuppressed
    if left != report.verdicts:
        verdicts = f"old → new {_sign(left.old_to_new)}, new → old {_sign(left.new_to_old)}"
        head.append(f"\nWithout suppressed findings: {verdicts}.\n")
    if unmet := find_unmet(requirement, report):
        levels = (f"`{u.direction}={u.level}` (it is **{u.verdict}**)" for u in unmet)
        head.append(f"\nRequirement not met: {', '.join(levels)}.\n")
    blocks = [
        _render_group(group, number == 0)
        for number, group in enumerate(groups)
        if not group.is_harmless
    ]
    harmless = [_render_harmless(group) for group in groups if group.is_harmless]
    if harmless:
        title = f"<summary>{len(harmless)} without an effect on migration</summary>"
        blocks.append(f"\n<details>{title}\n\n{''.join(harmless)}\n</details>\n")
    return _limit_length("".join(head), blocks)


def _render_devices(report: Report, changed: list[DeviceReport]) -> str:
    lines = ["", "| device | version | old → new | new → old |", "|---|---|---|---|"]
    for device in changed[:_MOST_DEVICES]:
        verdicts = f"{_sign(device.old_to_new)} | {_sign(device.new_to_old)}"
        name = code(device.name).replace("|", "\\|")
        lines.append(f"| {name} | {_describe_versions(device)} | {verdicts} |")
    if more := changed[_MOST_DEVICES:]:
        lines.append(f"| {len(more)} more | | | |")
    if len(changed) != 1:
        lines.append(f"| all | | {_sign(report.old_to_new)} | {_sign(report.new_to_old)} |")
    if equal := len(report.devices) - len(changed):
        lines += ["", f"{equal} {'more ' if changed else ''}without a difference."]
    for device in changed:
        lines += [
            f"\n{code(device.name)}: {text(assumption)}." for assumption in device.assumptions
        ]
    return "".join(f"{line}\n" for line in lines)


def _sign(verdict: Verdict) -> str:
    return f"{_SIGNS[verdict]} {verdict}"


def _describe_versions(device: DeviceReport) -> str:
    before, after = device.old_version, device.new_version
    if before == after:
        return "-" if before is None else str(before)
    return f"{'-' if before is None else before} → {'-' if after is None else after}"


def _render_group(group: FindingGroup, is_first: bool) -> str:
    finding = group.finding
    verdicts = ", ".join(
        f"{direction.phrase} {_SIGNS[group.verdict(direction)]} {group.summary(direction)}"
        for direction in Direction
    )
    is_open = " open" if is_first and group.severity is Severity.ERROR else ""
    path = _html_code(finding.path)
    lines = [
        "",
        f"<details{is_open}><summary>{path}: {finding.rule}, {verdicts}</summary>",
        "",
        f"{text(finding.message)}.",
        "",
        *_render_places(finding.old, finding.new, finding.only_in),
    ]
    lines += [f"- {direction.phrase}: {_render_result(r)}" for direction, r in group.results]
    notes = (*describe_own_state(finding), *describe_machine_types(finding))
    lines += [f"- {text(note)}" for note in notes]
    if finding.help:
        lines.append(f"- help: {text(finding.help)}")
    lines += [f"- fix: {text(describe_fix(fix))}" for fix in finding.fixes]
    return "".join(f"{line}\n" for line in (*lines, "", "</details>"))


def _render_places(old: Span, new: Span, only_in: str | None) -> Iterable[str]:
    """The line on each side that has what was edited."""
    for side, span in (("old", find_first_line(old)), ("new", find_first_line(new))):
        if span.source.path and only_in in (None, side):
            line = span.source.line(span.first.line).strip() if span.source.text else ""
            place = code(f"{span.source.path}:{span.first.line}")
            yield f"- {side}: {place}" + (f": {code(line[:200])}" if line else "")


def _render_result(result: DirectionResult) -> str:
    first = f"**{result.verdict}**"
    if result.is_always:
        first = f"always {first}"
    elif result.condition is not None:
        first += f" if {code(result.condition)}"
    details = []
    if result.witness:
        details.append(
            f"for example {code(describe_witness(result))}, all other fields at their reset values"
        )
    if result.byte_range is not None:
        b = result.byte_range
        place = describe_byte_range(b.start, b.end)
        details.append(f"{place}: {code(b.old)} in old, {code(b.new)} in new")
    if result.detail:
        details.append(text(result.detail))
    if result.suppression is not None:
        details.append(f"suppressed {text(describe_suppression(result))}")
    return "".join((first, *(f"\n  - {line}" for line in details)))


def _render_harmless(group: FindingGroup) -> str:
    finding = group.finding
    return f"- {code(finding.path)}: {text(finding.message)} ({finding.rule})\n"


def _limit_length(head: str, blocks: list[str]) -> str:
    """As many blocks as a comment holds, and a note that counts the others."""
    most = LONGEST - _NOTE_ROOM
    out = head if len(head) <= most else head[: head.rfind("\n", 0, most) + 1]
    for number, block in enumerate(blocks):
        if len(out) + len(block) > most:
            rest = len(blocks) - number
            return out + f"\n{rest} more do not fit into a comment: see the whole report.\n"
        out += block
    return out


def code(verbatim: str) -> str:
    """A code span that shows a text exactly."""
    content = escape_controls(verbatim).replace("\n", " ")
    longest = max(map(len, re.findall("`+", content)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if not content or content[0] == "`" or content[-1] == "`" else ""
    return f"{fence}{edge}{content}{edge}{fence}"


def text(sentence: str) -> str:
    """A sentence of ours that may quote a schema. What is between backticks is code."""
    parts = escape_controls(sentence).replace("\n", " ").split("`")
    if len(parts) % 2 == 0:
        parts = [_escape_markup("`".join(parts))]
    return "".join(
        _render_prose(part) if number % 2 == 0 else code(part) for number, part in enumerate(parts)
    )


def _render_prose(part: str) -> str:
    """Text where words that GitHub would turn into links or mentions are code."""
    words = re.split(r"( +)", part)
    return "".join(code(word) if _LIVE.search(word) else _escape_markup(word) for word in words)


def _escape_markup(part: str) -> str:
    return _MARKUP.sub(r"\\\1", part)


def _html_code(name: str) -> str:
    """Code in HTML, because GitHub reads no Markdown in a summary."""
    import html  # it takes long to import, and most runs print text

    return f"<code>{html.escape(escape_controls(name))}</code>"
