"""Phrases that several forms of a report share."""

from vmsdl.diff.report import DirectionResult, Finding, ProposedFix
from vmsdl.source import Span

_MOST_MACHINE_TYPES = 12  # that are named in a sentence


def describe_details(result: DirectionResult) -> list[str]:
    """The lines below a verdict: a state that shows it, the bytes, the receiver's error."""
    example = describe_example(result)
    lines = [] if example is None else [example]
    if result.byte_range is not None:
        b = result.byte_range
        lines.append(f"{describe_byte_range(b.start, b.end)}: `{b.old}` in old, `{b.new}` in new")
    if result.detail:
        lines.append(result.detail)
    if result.suppression is not None:
        lines.append(f"suppressed {describe_suppression(result)}")
    return lines


AFTER_RESET = "already so after reset"  # the state in which every device starts


def describe_example(result: DirectionResult) -> str | None:
    """The smallest state that shows it; None where no state is known, or every state does."""
    if result.witness:
        return f"for example {describe_witness(result)}, all other fields at their reset values"
    return AFTER_RESET if is_after_reset(result) else None


def is_after_reset(result: DirectionResult) -> bool:
    """Whether it happens to a device that nobody used yet, though not to every device."""
    return result.witness is not None and not result.witness and not result.is_always


def describe_witness(result: DirectionResult) -> str:
    return ", ".join(
        f"{name} = {describe_value(value)}" for name, value in (result.witness or {}).items()
    )


def describe_value(value: int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def describe_byte_range(start: int, end: int) -> str:
    """`end` is the byte after the last."""
    return f"byte {start}" if end == start + 1 else f"bytes {start} to {end - 1}"


def describe_suppression(result: DirectionResult) -> str:
    known = result.suppression
    return "" if known is None else f"until {known.until}, by {known.owner}: {known.reason}"


def describe_fix(fix: ProposedFix) -> str:
    return f"{fix.title}; result: old to new {fix.old_to_new}, new to old {fix.new_to_old}"


def describe_machine_types(finding: Finding) -> list[str]:
    """The machine types on which it can go wrong; nothing where they make no difference."""
    if finding.machine_types is None:
        return []
    names = ", ".join(f"`{name}`" for name in finding.machine_types[:_MOST_MACHINE_TYPES])
    more = len(finding.machine_types) - _MOST_MACHINE_TYPES
    return [
        f"on machine types: {names or 'none of the declared ones'}"
        + (f" and {more} more" if more > 0 else "")
    ]


def find_first_line(span: Span) -> Span:
    """The first line of what a span covers, after the annotations above it."""
    text, start = span.source.text, span.start
    while text.startswith("@", start) and (end := text.find("\n", start, span.end)) >= 0:
        line = text[end + 1 : span.end]
        start = end + 1 + len(line) - len(line.lstrip())
    end = text.find("\n", start, span.end)
    return Span(span.source, start, span.end if end < 0 else end)
