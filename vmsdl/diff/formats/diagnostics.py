"""From a block to a diagnostic: the record that SARIF and annotations are made of."""

from collections.abc import Iterator, Mapping
from hashlib import sha256

from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, Severity
from vmsdl.diff.direction import Direction
from vmsdl.diff.formats.grouped import Block
from vmsdl.diff.formats.headlines import (
    ToldEvent,
    describe_suppressions,
    is_told_by_message,
    tell_events,
)
from vmsdl.diff.formats.phrases import describe_fix, describe_notes, find_first_line
from vmsdl.diff.report import Finding


def to_diagnostic(block: Block, codes: Mapping[str, Code] | None = None) -> Diagnostic:
    """The block at the place of its first cause.

    `codes`: with titles and explanations, for a form that shows these.
    """
    finding = block.cause
    told = tell_events(block)
    headlines = [f"{each.way}: {each.headline}" for each in told] or [finding.message]
    return Diagnostic(
        code=(codes or {}).get(finding.rule) or Code(finding.rule, Severity.WARNING, ""),
        message=headlines[0],
        labels=tuple(label for cause in block.causes for label in _make_labels(cause)),
        context=f"in {finding.path}",
        notes=tuple(_make_notes(block, told)),
        help="\n".join(dict.fromkeys(each.help for each in block.causes if each.help)) or None,
        severity_override=block.severity,
        suppression=_describe_suppression(block),
        fixes=tuple(each.fix for cause in block.causes for each in cause.fixes),
        fingerprints=tuple(_find_fingerprints(block)),
    )


def _find_fingerprints(block: Block) -> Iterator[tuple[str, str]]:
    for direction in dict.fromkeys(event.direction for event in block.events) or Direction:
        yield f"{direction}/v1", block.cause.fingerprint(direction)
    yield "causes/v1", _identify(block)


def _identify(block: Block) -> str:
    """All causes together: two blocks may have the first in common."""
    prints = {each.fingerprint(direction) for each in block.causes for direction in Direction}
    return sha256("".join(sorted(prints)).encode()).hexdigest()[:16]


def _make_notes(block: Block, told: list[ToldEvent]) -> Iterator[str]:
    for number, each in enumerate(told):
        if number:
            yield f"{each.way}: {each.headline}"
        yield from each.details
    is_told = all(is_told_by_message(event) for event in block.events)
    for cause in () if is_told else block.causes:
        yield f"cause: {cause.message} [{cause.rule}]"
    yield from dict.fromkeys(note for cause in block.causes for note in describe_notes(cause))
    yield from dict.fromkeys(
        f"fix: {describe_fix(fix)}" for cause in block.causes for fix in cause.fixes
    )


def _describe_suppression(block: Block) -> str | None:
    """Why the block does not count; None where some of its events do."""
    if not block.is_suppressed:
        return None
    reasons = (describe_suppressions(e).removeprefix("suppressed ") for e in block.events)
    return "; ".join(dict.fromkeys(reasons))


def _make_labels(finding: Finding) -> tuple[Label, ...]:
    """The place in the new schema, then the one in the old. Where one side lacks what was edited,
    its place is that of the parent."""
    text = "removed from here" if finding.only_in == "old" else ""
    new = Label(find_first_line(finding.new), text)
    text = {"old": "was defined here", "new": "not defined here"}.get(
        finding.only_in or "", "before"
    )
    old = Label(find_first_line(finding.old), text)
    return tuple(label for label in (new, old) if label.span.source.path)
