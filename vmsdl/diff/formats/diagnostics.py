"""From a finding group to a diagnostic: the record that text, SARIF and annotations are made of."""

from collections.abc import Mapping

from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, Severity
from vmsdl.diff.direction import Direction
from vmsdl.diff.formats.grouped import FindingGroup
from vmsdl.diff.formats.phrases import (
    describe_details,
    describe_fix,
    describe_machine_types,
    describe_own_state,
    describe_suppression,
    find_first_line,
)
from vmsdl.diff.report import DirectionResult, Finding

# By device, direction and result, the finding that showed it first.
AlreadyShown = dict[object, Finding]


def to_diagnostic(
    group: FindingGroup,
    codes: Mapping[str, Code] | None = None,
    already_shown: AlreadyShown | None = None,
) -> Diagnostic:
    """`codes`: with titles and explanations, for a form that shows these.

    `already_shown`: the results that the text has shown so far. It is updated, and they are not
    repeated. A text that is read in order also needs no place that lacks what is new.
    """
    finding = group.finding
    notes = [note for each in group.results for note in _make_notes(*each, group, already_shown)]
    notes += describe_own_state(finding)
    notes += describe_machine_types(finding)
    notes += [f"fix: {describe_fix(fix)}" for fix in finding.fixes]
    return Diagnostic(
        code=(codes or {}).get(finding.rule) or Code(finding.rule, Severity.WARNING, ""),
        message=finding.message,
        labels=_make_labels(finding, is_terse=already_shown is not None),
        context=f"in {finding.path}",
        notes=tuple(notes),
        help=finding.help,
        severity_override=group.severity,
        suppression=_describe_suppressions(group),
        fixes=tuple(each.fix for each in finding.fixes),
        fingerprints=tuple(
            (f"{direction}/v1", finding.fingerprint(direction))
            for direction in dict(group.results) or Direction
        ),
    )


def _describe_suppressions(group: FindingGroup) -> str | None:
    """Why the group does not count; None where some of its results do."""
    reasons = [describe_suppression(result) for _, result in group.results]
    return "; ".join(dict.fromkeys(reasons)) if group.is_suppressed else None


def _make_labels(finding: Finding, *, is_terse: bool) -> tuple[Label, ...]:
    """The place in the new schema, then the one in the old. Where one side lacks what was edited,
    its place is that of the parent."""
    text = "removed from here" if finding.only_in == "old" else ""
    new = Label(find_first_line(finding.new), text)
    text = {"old": "was defined here", "new": "not defined here"}.get(
        finding.only_in or "", "before"
    )
    old = Label(find_first_line(finding.old), text)
    if is_terse and finding.only_in == "new":
        return (new,)
    return tuple(label for label in (new, old) if label.span.source.path)


def _make_notes(
    direction: Direction,
    result: DirectionResult,
    group: FindingGroup,
    already_shown: AlreadyShown | None,
) -> list[str]:
    start = f"{direction.phrase}: {result.verdict}"
    if already_shown is not None:
        finding = group.finding
        first = already_shown.setdefault((group.device, direction, repr(result)), finding)
        if first.path != finding.path:
            return [f"{start} (same outcome as `{first.path}` above)"]
        if first is not finding:
            return [f"{start} (same outcome as {first.rule} above)"]
    if result.is_always:
        start = f"{direction.phrase}: always {result.verdict}"
    elif result.condition is not None:
        start += f" if {result.condition}"
    return ["\n".join((start, *describe_details(result)))]
