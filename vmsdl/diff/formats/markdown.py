"""A report as a comment on a pull request: what happens, the worst first, its causes folded.

All that comes from schemas is written so that it stays text: no markup, no mention of people, no
link.
"""

import re
from collections.abc import Iterator

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
    tell_events,
)
from vmsdl.diff.formats.phrases import (
    describe_fix,
    describe_names,
    describe_notes,
    describe_origins,
    find_places,
)
from vmsdl.diff.policy import Requirement, find_unmet
from vmsdl.diff.report import DeviceReport, Finding, Report
from vmsdl.diff.verdict import Verdict

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
    blocks = make_blocks(report, requirement)
    machine = f" on {code(report.machine)}" if report.machine else ""
    changed = find_changed_devices(report, blocks)
    head = [f"**{code(report.old)} → {code(report.new)}**{machine}\n\n"]
    head.append(_render_verdicts(report, changed))
    left = report.verdicts_unsuppressed
    if left != report.verdicts:
        verdicts = f"old → new {_sign(left.old_to_new)}, new → old {_sign(left.new_to_old)}"
        head.append(f"\nWithout suppressed findings: {verdicts}.\n")
    if unmet := find_unmet(requirement, report):
        levels = (f"`{u.direction}={u.level}` (it is **{u.verdict}**)" for u in unmet)
        head.append(f"\nRequirement not met: {', '.join(levels)}.\n")
    is_titled = len(changed) > 1
    parts = [_render_block(block, is_titled) for block in blocks if not block.is_harmless]
    if is_titled:
        parts.append(_render_devices(report, changed))
    if harmless := [_render_harmless(block) for block in blocks if block.is_harmless]:
        title = f"<summary>{len(harmless)} without an effect on migration</summary>"
        parts.append(f"\n<details>{title}\n\n{''.join(harmless)}\n</details>\n")
    if assumptions := collect_assumptions(report):
        lines = "".join(_render_assumption(*each) for each in assumptions.items())
        parts.append(f"\n<details><summary>Assumptions</summary>\n\n{lines}\n</details>\n")
    if footer := [*describe_origins(report), *([f"{report.day}"] if report.day else [])]:
        parts.append(f"\n<sub>{text(', '.join(footer))}</sub>\n")
    return _limit_length("".join(head), parts)


def _render_verdicts(report: Report, changed: list[DeviceReport]) -> str:
    first = f"old → new {_sign(report.old_to_new)}, new → old {_sign(report.new_to_old)}"
    if len(changed) == 1:
        return f"{code(changed[0].name)}, version {_describe_versions(changed[0])}: {first}\n"
    rest = f"{len(changed)} of {len(report.devices)} devices differ"
    return f"{first} ({rest if changed else 'no difference'})\n"


def _render_devices(report: Report, changed: list[DeviceReport]) -> str:
    lines = ["| device | version | old → new | new → old |", "|---|---|---|---|"]
    for device in changed[:_MOST_DEVICES]:
        verdicts = f"{_sign(device.old_to_new)} | {_sign(device.new_to_old)}"
        name = code(device.name).replace("|", "\\|")
        lines.append(f"| {name} | {_describe_versions(device)} | {verdicts} |")
    if more := changed[_MOST_DEVICES:]:
        lines.append(f"| {len(more)} more | | | |")
    table = "".join(f"{line}\n" for line in lines)
    return f"\n<details><summary>Devices that differ</summary>\n\n{table}\n</details>\n"


def _sign(verdict: Verdict) -> str:
    return f"{_SIGNS[verdict]} {verdict}"


def _describe_versions(device: DeviceReport) -> str:
    before, after = device.old_version, device.new_version
    if before == after:
        return "-" if before is None else str(before)
    return f"{'-' if before is None else before} → {'-' if after is None else after}"


def _render_block(block: Block, is_titled: bool) -> str:
    """What happens is in sight; its causes are folded."""
    lines = [""]
    if not block.events:
        lines += [f"**{text(block.cause.message)}**", ""]
    for told in tell_events(block):
        where = f"{code(block.device)}, " if is_titled and not block.others else ""
        way = f"{where}{told.way.replace(' to ', ' → ')}"
        lines += [f"{_SIGNS[told.event.verdict]} {way}: **{text(told.headline)}**", ""]
        lines += [f"- {text(each)}" for each in told.details]
        lines += [] if lines[-1] == "" else [""]
    remedies = {each: None for cause in block.causes for each in _describe_remedies(cause)}
    ordered = sorted(remedies, key=lambda each: each.startswith("help: "))
    lines += [f"- {text(each)}" for each in ordered]
    lines += [""] if remedies else []
    causes = [line for finding in block.causes for line in _render_cause(finding, block)]
    if block.events and not block.others:
        title = ", ".join(dict.fromkeys(_html_code(cause.rule) for cause in block.causes))
        lines += [f"<details><summary>Cause: {title}</summary>", "", *causes, "", "</details>"]
    return "".join(f"{line}\n" for line in lines)


def _render_cause(finding: Finding, block: Block) -> Iterator[str]:
    yield f"- {code(finding.path)}: {text(finding.message)} ({finding.rule})"
    if identify_edit(finding) in block.told_before or is_summary(finding):
        return
    for side, where, line in find_places(finding):
        yield f"  - {side}: {code(where)}" + (f": {code(line)}" if line else "")


def _describe_remedies(finding: Finding) -> Iterator[str]:
    yield from describe_notes(finding)
    yield from (f"fix: {describe_fix(fix)}" for fix in finding.fixes)
    if finding.help:
        yield f"help: {finding.help}"


def _render_harmless(block: Block) -> str:
    finding = block.cause
    return f"- {code(finding.path)}: {text(finding.message)} ({finding.rule})\n"


def _render_assumption(assumption: str, names: tuple[str, ...]) -> str:
    where = f" ({describe_names(names)})" if names else ""
    return f"- {text(assumption + where)}\n"


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
    return "".join(map(_render_word, words))


def _render_word(word: str) -> str:
    if not _LIVE.search(word):
        return _escape_markup(word)
    bare = word.rstrip(":;,.")
    return f"{code(bare)}{word[len(bare):]}" if bare else code(word)


def _escape_markup(part: str) -> str:
    return _MARKUP.sub(r"\\\1", part)


def _html_code(name: str) -> str:
    """Code in HTML, because GitHub reads no Markdown in a summary."""
    import html  # it takes long to import, and most runs print text

    return f"<code>{html.escape(escape_controls(name))}</code>"
