"""Phrases that several forms of a report share."""

from collections.abc import Iterator, Sequence

from vmsdl.diff.report import DeviceReport, DirectionResult, Finding, ProposedFix, Report
from vmsdl.diff.wording.condition import describe_condition
from vmsdl.source import Span

_MOST_NAMES = 12  # that are named in a sentence
_LONGEST = 200  # characters of a line of source


def describe_witness(result: DirectionResult) -> str:
    return ", ".join(
        f"{name} = {describe_value(value)}" for name, value in (result.witness or {}).items()
    )


def describe_value(value: int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def describe_byte_range(start: int, end: int) -> str:
    """`end` is the byte after the last."""
    return f"byte {start}" if end == start + 1 else f"bytes {start} to {end - 1}"


def describe_fix(fix: ProposedFix) -> str:
    return f"{fix.title}; result: old to new {fix.old_to_new}, new to old {fix.new_to_old}"


def _describe_machine_types(finding: Finding) -> list[str]:
    """The machine types on which it can go wrong; nothing where they make no difference."""
    if finding.machine_types is None:
        return []
    return [f"on machine types: {describe_names(finding.machine_types) or 'none that is named'}"]


def describe_origins(report: Report) -> list[str]:
    """What was compared, for those who read the report later: "old: commit 1234567890ab"."""
    origins = (("old", report.old_origin), ("new", report.new_origin))
    return [f"{side}: {origin}" for side, origin in origins if origin]


def describe_names(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMES
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES])
    return f"{shown} and {more} more" if more > 0 else shown


def find_places(finding: Finding) -> Iterator[tuple[str, str, str]]:
    """Where what was edited is: the side, the place, its line. A side that lacks it has none."""
    for side, span in (("old", finding.old), ("new", finding.new)):
        span = find_first_line(span)
        if span.source.path and finding.only_in in (None, side):
            line = span.source.line(span.first.line).strip() if span.source.text else ""
            yield side, f"{span.source.path}:{span.first.line}", line[:_LONGEST]


def describe_notes(finding: Finding) -> list[str]:
    """What else is known of a finding: its own state, and where it can go wrong."""
    return [*_describe_own_state(finding), *_describe_machine_types(finding)]


def describe_on_machines(device: DeviceReport) -> list[str]:
    """The verdicts by machine type, where they differ."""
    return [
        f"on {describe_names(each.machines)}: old to new {each.verdicts.old_to_new},"
        f" new to old {each.verdicts.new_to_old}"
        for each in device.on_machines
    ]


def _describe_own_state(finding: Finding) -> list[str]:
    """What the new version does with its own state; nothing where that is well."""
    result = finding.new_to_new
    if result.is_silent:
        return []
    condition = ""
    if result.expression is not None and not result.is_always:
        words = describe_condition(result.expression)
        condition = f" {words.text}" if not words.is_exact else f" if {words.text}"
    verdict = f"always {result.verdict}" if result.is_always else str(result.verdict)
    example = f", for example {describe_witness(result)}" if result.witness else ""
    detail = f": {result.detail}" if result.detail else ""
    return [f"new to new: {verdict}{condition}{example}{detail}"]


def find_first_line(span: Span) -> Span:
    """The first line of what a span covers, after the annotations above it."""
    text, start = span.source.text, span.start
    while text.startswith("@", start) and (end := text.find("\n", start, span.end)) >= 0:
        line = text[end + 1 : span.end]
        start = end + 1 + len(line) - len(line.lstrip())
    end = text.find("\n", start, span.end)
    return Span(span.source, start, span.end if end < 0 else end)
