"""From findings to remarks: one for each edit, the worst first, as grave as is required."""

from collections.abc import Mapping

from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Fix, Label, Severity
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import (
    DIRECTIONS,
    DeviceReport,
    DirectionResult,
    Finding,
    ProposedFix,
    Report,
)
from vmsdl.diff.suppressions.findings import SUPPRESSION_RULES
from vmsdl.diff.verdict import BADNESS, Verdict
from vmsdl.records import dataclass
from vmsdl.source import Span

WORDS = {"old-to-new": "old to new", "new-to-old": "new to old"}
_MACHINES = 12  # that are named in a sentence
_GRAVITY = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All findings of one edit. `finding`: the worst; the others differ from it in outcomes alone.

    `outcomes`: those with something to tell, by direction, each once.
    """

    finding: Finding
    outcomes: tuple[tuple[str, DirectionResult], ...]
    severity: Severity  # a note: nothing comes of it, or all of it is accepted

    @property
    def is_harmless(self) -> bool:
        return not self.outcomes and self.severity is Severity.NOTE

    @property
    def is_accepted(self) -> bool:
        return bool(self.outcomes) and all(o.accepted is not None for _, o in self.outcomes)

    @property
    def device(self) -> str:
        return self.finding.device

    def verdict(self, direction: str) -> Verdict:
        """The worst of a direction's."""
        found = [outcome.verdict for name, outcome in self.outcomes if name == direction]
        return max(found, key=BADNESS.index, default=Verdict.OK)

    def summary(self, direction: str) -> str:
        verdict = self.verdict(direction)
        found = [o for name, o in self.outcomes if name == direction and o.verdict is verdict]
        is_whole = verdict in (Verdict.OK, Verdict.UNKNOWN) or any(
            outcome.when in (None, "always") for outcome in found
        )
        return str(verdict) if is_whole else f"{verdict} in some states"


def group_findings(report: Report, requirement: Requirement) -> tuple[FindingGroup, ...]:
    devices = {device.name: device for device in report.devices}
    groups: dict[object, list[Finding]] = {}
    for finding in report.findings:
        places = (finding.old, finding.new)
        key = (finding.rule, finding.device, finding.path, finding.message, *map(_key, places))
        groups.setdefault(key, []).append(finding)
    found = [_remark(group, devices, requirement) for group in groups.values()]
    return tuple(sorted(found, key=_gravity))


def _key(span: Span) -> tuple[str, int, int]:
    return span.source.path, span.start, span.end


def _remark(
    group: list[Finding], devices: Mapping[str, DeviceReport], requirement: Requirement
) -> FindingGroup:
    outcomes = [
        (direction, outcome)
        for direction in DIRECTIONS
        for finding in group
        if not (outcome := _of(finding, direction)).is_fine
    ]
    each_once = tuple(each for i, each in enumerate(outcomes) if each not in outcomes[:i])
    device = devices.get(group[0].device)
    if group[0].rule in SUPPRESSION_RULES or any(
        requirement.is_broken_by(o, direction, device) for direction, o in each_once
    ):
        severity = Severity.ERROR
    else:
        counts = any(outcome.accepted is None for _, outcome in each_once)
        severity = Severity.WARNING if counts else Severity.NOTE
    return FindingGroup(group[0], each_once, severity)


def _of(finding: Finding, direction: str) -> DirectionResult:
    return finding.old_to_new if direction == DIRECTIONS[0] else finding.new_to_old


def _gravity(remark: FindingGroup) -> tuple[int, int]:
    worst = max((BADNESS.index(o.verdict) for _, o in remark.outcomes), default=0)
    return -_GRAVITY.index(remark.severity), -worst


def collect_codes() -> dict[str, Code]:
    """The code of every rule, with its title and explanation."""
    from vmsdl.diff.rules.registry import BY_SLUG

    return {
        slug: Code(slug, Severity.WARNING, rule.title.rstrip("."), rule.page)
        for slug, rule in BY_SLUG.items()
    }


def to_diagnostic(
    remark: FindingGroup, codes: Mapping[str, Code], told: dict[object, Finding] | None = None
) -> Diagnostic:
    """A remark as all diagnostics are shown.

    `told`: the outcomes that were shown already, and of which path; they are not repeated, nor is
    the place shown that something new does not stand in.
    """
    finding = remark.finding
    notes = [note for each in remark.outcomes for note in _notes(*each, remark, told)]
    notes += describe_machine_types(finding)
    notes += [f"remedy: {describe_outcome(remedy)}" for remedy in finding.remedies]
    return Diagnostic(
        code=codes.get(finding.rule) or Code(finding.rule, Severity.WARNING, ""),
        message=finding.message,
        labels=_labels(finding, is_terse=told is not None),
        context=f"in {finding.path}",
        notes=tuple(notes),
        help=finding.help,
        severity_override=remark.severity,
        suppression=_accepted(remark),
        fixes=tuple(Fix(each.title, each.replacements) for each in finding.remedies),
        fingerprints=tuple(
            (f"{direction}/v1", finding.fingerprint(direction))
            for direction in dict(remark.outcomes) or DIRECTIONS
        ),
    )


def describe_machine_types(finding: Finding) -> list[str]:
    """On which of them it can go wrong, where that makes a difference."""
    if finding.affects is None:
        return []
    names = ", ".join(f"`{name}`" for name in finding.affects[:_MACHINES])
    more = len(finding.affects) - _MACHINES
    return [
        f"on machine types: {names or 'none that is named'}"
        + (f" and {more} more" if more > 0 else "")
    ]


def _accepted(remark: FindingGroup) -> str | None:
    """Why it does not count, where nothing of it does."""
    said = [describe_suppression(outcome) for _, outcome in remark.outcomes]
    return "; ".join(dict.fromkeys(said)) if remark.is_accepted else None


def describe_suppression(outcome: DirectionResult) -> str:
    known = outcome.accepted
    return "" if known is None else f"until {known.until}, by {known.owner}: {known.reason}"


def describe_outcome(remedy: ProposedFix) -> str:
    return f"{remedy.title}; then old to new is {remedy.old_to_new}, new to old {remedy.new_to_old}"


def _labels(finding: Finding, *, is_terse: bool) -> tuple[Label, ...]:
    """In the new schema, and where it was in the old one; of what is gone, in what it stood."""
    new = Label(describe_head(finding.new), "it stood in here" if finding.only_in == "old" else "")
    text = {"old": "it was here", "new": "not in here"}.get(finding.only_in or "", "before")
    old = Label(describe_head(finding.old), text)
    if is_terse and finding.only_in == "new":
        return (new,)
    return tuple(label for label in (new, old) if label.span.source.path)


def describe_head(span: Span) -> Span:
    """The first line of what is a whole body, behind the annotations above it."""
    text, start = span.source.text, span.start
    while text.startswith("@", start) and (end := text.find("\n", start, span.end)) >= 0:
        line = text[end + 1 : span.end]
        start = end + 1 + len(line) - len(line.lstrip())
    end = text.find("\n", start, span.end)
    return Span(span.source, start, span.end if end < 0 else end)


def _notes(
    direction: str,
    outcome: DirectionResult,
    remark: FindingGroup,
    told: dict[object, Finding] | None,
) -> list[str]:
    start = f"{WORDS[direction]}: {outcome.verdict}"
    if told is not None:
        finding = remark.finding
        before = told.setdefault((remark.device, direction, repr(outcome)), finding)
        if before.path != finding.path:
            return [f"{start}, as told of `{before.path}` above"]
        if before is not finding:
            return [f"{start}, as told under {before.rule} above"]
    if outcome.when is not None:
        start += ", always" if outcome.when == "always" else f" when {outcome.when}"
    return ["\n".join((start, *describe_details(outcome)))]


def describe_details(outcome: DirectionResult) -> list[str]:
    """What stands below a verdict: a state that shows it, the bytes, the receiver's error."""
    lines = []
    if outcome.witness:
        lines.append(f"for example {describe_witness(outcome)}, all else as after reset")
    if outcome.bytes is not None:
        b = outcome.bytes
        lines.append(f"{describe_byte_range(b.start, b.end)}: `{b.old}` to old, `{b.new}` to new")
    if outcome.error:
        lines.append(outcome.error)
    if outcome.accepted is not None:
        lines.append(f"accepted {describe_suppression(outcome)}")
    return lines


def describe_witness(outcome: DirectionResult) -> str:
    return ", ".join(f"{name} = {describe_value(v)}" for name, v in (outcome.witness or {}).items())


def describe_value(v: int | bool) -> str:
    return str(v).lower() if isinstance(v, bool) else str(v)


def describe_byte_range(start: int, end: int) -> str:
    return f"byte {start}" if end == start + 1 else f"bytes {start} to {end - 1}"
