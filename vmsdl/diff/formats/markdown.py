"""A report as a comment on a pull request: a short table, and below it what each edit does.

All that comes from schemas is written so that it stays text: no markup, no mention of people, no
link.
"""

import re
from collections.abc import Iterable

from vmsdl.diagnostics.diagnostic import Severity
from vmsdl.diagnostics.render.text import escape_controls
from vmsdl.diff.formats.grouped import (
    WORDS,
    FindingGroup,
    describe_byte_range,
    describe_head,
    describe_machine_types,
    describe_outcome,
    describe_suppression,
    describe_witness,
    group_findings,
)
from vmsdl.diff.formats.text import find_changed_devices
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import DIRECTIONS, DeviceReport, DirectionResult, Report, Verdicts
from vmsdl.diff.verdict import Verdict
from vmsdl.source import Span

LONGEST = 65_536  # characters that GitHub takes for a comment
_ROWS = 100  # devices in the table: a whole machine would leave no room for what was found
_ROOM = 200  # for the note that something was left out

_SIGNS = {
    Verdict.OK: "✅",
    Verdict.CONDITIONAL: "🟡",
    Verdict.LOSSY: "🟠",
    Verdict.UNKNOWN: "❔",
    Verdict.REFUSED: "⛔",
    Verdict.CORRUPT: "💥",
}
# What would be more than text outside of code: mentions, numbers of issues, addresses, short names
# of pictures, names of commits.
_LIVE = re.compile(r"[@#/]|:\S|www\.|\b[0-9a-f]{7}", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&$])")


def render(report: Report, requirement: Requirement) -> str:
    found = group_findings(report, requirement)
    machine = f" on {code(report.machine)}" if report.machine else ""
    out = [f"**{code(report.old)} → {code(report.new)}**{machine}\n"]
    out.append(_devices(report, find_changed_devices(report, found)))
    left = report.required
    if left != Verdicts(report.old_to_new, report.new_to_old):
        verdicts = f"old → new {_sign(left.old_to_new)}, new → old {_sign(left.new_to_old)}"
        out.append(f"\nWithout what is accepted: {verdicts}.\n")
    if unmet := requirement.unmet(report):
        asked = ", ".join(f"`{d}={level}` (it is **{verdict}**)" for d, level, verdict in unmet)
        out.append(f"\nRequired, and not so: {asked}.\n")
    blocks = [
        _details(remark, number == 0)
        for number, remark in enumerate(found)
        if not remark.is_harmless
    ]
    harmless = [_line(remark) for remark in found if remark.is_harmless]
    if harmless:
        title = f"<summary>{len(harmless)} without an effect between the two</summary>"
        blocks.append(f"\n<details>{title}\n\n{''.join(harmless)}\n</details>\n")
    return _fitting("".join(out), blocks)


def _devices(report: Report, changed: list[DeviceReport]) -> str:
    lines = ["", "| device | version | old → new | new → old |", "|---|---|---|---|"]
    for device in changed[:_ROWS]:
        verdicts = f"{_sign(device.old_to_new)} | {_sign(device.new_to_old)}"
        name = code(device.name).replace("|", "\\|")
        lines.append(f"| {name} | {_versions(device)} | {verdicts} |")
    if more := changed[_ROWS:]:
        lines.append(f"| {len(more)} more | | | |")
    if len(changed) != 1:
        lines.append(f"| all | | {_sign(report.old_to_new)} | {_sign(report.new_to_old)} |")
    if equal := len(report.devices) - len(changed):
        lines += ["", f"{equal} {'more ' if changed else ''}without a difference."]
    for device in changed:
        lines += [f"\n{code(device.name)}: {text(assumed)}." for assumed in device.assumed]
    return "".join(f"{line}\n" for line in lines)


def _sign(verdict: Verdict) -> str:
    return f"{_SIGNS[verdict]} {verdict}"


def _versions(device: DeviceReport) -> str:
    before, after = device.old_version, device.new_version
    if before == after:
        return "-" if before is None else str(before)
    return f"{'-' if before is None else before} → {'-' if after is None else after}"


def _details(remark: FindingGroup, is_first: bool) -> str:
    finding = remark.finding
    verdicts = ", ".join(
        f"{WORDS[direction]} {_SIGNS[remark.verdict(direction)]} {remark.summary(direction)}"
        for direction in DIRECTIONS
    )
    is_open = " open" if is_first and remark.severity is Severity.ERROR else ""
    lines = [
        "",
        f"<details{is_open}><summary>{_html(finding.path)}: {finding.rule}, {verdicts}</summary>",
        "",
        f"{text(finding.message)}.",
        "",
        *_places(finding.old, finding.new, finding.only_in),
    ]
    lines += [
        f"- {WORDS[direction]}: {_outcome(outcome)}" for direction, outcome in remark.outcomes
    ]
    lines += [f"- {text(note)}" for note in describe_machine_types(finding)]
    if finding.help:
        lines.append(f"- help: {text(finding.help)}")
    lines += [f"- remedy: {text(describe_outcome(remedy))}" for remedy in finding.remedies]
    return "".join(f"{line}\n" for line in (*lines, "", "</details>"))


def _places(old: Span, new: Span, only_in: str | None) -> Iterable[str]:
    """The line on either side; of what one side has not, the other's."""
    for side, span in (("old", describe_head(old)), ("new", describe_head(new))):
        if span.source.path and only_in in (None, side):
            line = span.source.line(span.first.line).strip() if span.source.text else ""
            place = code(f"{span.source.path}:{span.first.line}")
            yield f"- {side}: {place}" + (f": {code(line[:200])}" if line else "")


def _outcome(outcome: DirectionResult) -> str:
    said = f"**{outcome.verdict}**"
    if outcome.when is not None:
        said += ", always" if outcome.when == "always" else f" when {code(outcome.when)}"
    more = []
    if outcome.witness:
        more.append(f"for example {code(describe_witness(outcome))}, all else as after reset")
    if outcome.bytes is not None:
        b = outcome.bytes
        more.append(
            f"{describe_byte_range(b.start, b.end)}: {code(b.old)} to old, {code(b.new)} to new"
        )
    if outcome.error:
        more.append(text(outcome.error))
    if outcome.accepted is not None:
        more.append(f"accepted {text(describe_suppression(outcome))}")
    return "".join((said, *(f"\n  - {line}" for line in more)))


def _line(remark: FindingGroup) -> str:
    finding = remark.finding
    return f"- {code(finding.path)}: {text(finding.message)} ({finding.rule})\n"


def _fitting(head: str, blocks: list[str]) -> str:
    """As many blocks as a comment holds, and how many it does not."""
    left = LONGEST - _ROOM
    out = head if len(head) <= left else head[: head.rfind("\n", 0, left) + 1]
    for number, block in enumerate(blocks):
        if len(out) + len(block) > left:
            rest = len(blocks) - number
            return out + f"\n{rest} more do not fit into a comment: see the whole report.\n"
        out += block
    return out


def code(words_: str) -> str:
    """As it stands."""
    said = escape_controls(words_).replace("\n", " ")
    longest = max(map(len, re.findall("`+", said)), default=0)
    fence = "`" * (longest + 1)
    edge = " " if not said or said[0] == "`" or said[-1] == "`" else ""
    return f"{fence}{edge}{said}{edge}{fence}"


def text(sentence: str) -> str:
    """A sentence of ours with what it quotes: what stands between backticks is code."""
    parts = escape_controls(sentence).replace("\n", " ").split("`")
    if len(parts) % 2 == 0:
        parts = [_escaped("`".join(parts))]
    return "".join(
        _prose(part) if number % 2 == 0 else code(part) for number, part in enumerate(parts)
    )


def _prose(part: str) -> str:
    """Words that GitHub would make more of are code."""
    words_ = re.split(r"( +)", part)
    return "".join(code(word) if _LIVE.search(word) else _escaped(word) for word in words_)


def _escaped(part: str) -> str:
    return _MARKUP.sub(r"\\\1", part)


def _html(name: str) -> str:
    """In a summary GitHub reads HTML alone."""
    import html

    return f"<code>{html.escape(escape_controls(name))}</code>"
