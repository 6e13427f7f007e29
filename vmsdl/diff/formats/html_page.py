"""From a report to what its HTML page shows: texts, in the order in which they are read.

The template `report/diff.html.j2` puts these records into HTML and decides nothing.
"""

from collections.abc import Iterator

from vmsdl.diff.byte_map.align import AlignedLine, ByteMap, Fold, LineChange, align_layouts
from vmsdl.diff.byte_map.rows import Offset, Row, RowKind
from vmsdl.diff.direction import Direction
from vmsdl.diff.formats.grouped import FindingGroup, find_changed_devices, group_findings
from vmsdl.diff.formats.phrases import (
    describe_byte_range,
    describe_machine_types,
    describe_own_state,
    describe_suppression,
    describe_value,
    find_first_line,
)
from vmsdl.diff.policy import Requirement, find_unmet
from vmsdl.diff.report import DeviceReport, DirectionResult, ProposedFix, Report
from vmsdl.diff.verdict import Verdict
from vmsdl.records import dataclass
from vmsdl.source import Span

MEANINGS = {
    Verdict.OK: "every state loads, and no value is lost",
    Verdict.CONDITIONAL: "some states arrive whole; others are refused or lose a value",
    Verdict.LOSSY: "some states load, none arrives whole",
    Verdict.REFUSED: "no state loads",
    Verdict.CORRUPT: "some state loads silently with a wrong value",
    Verdict.UNKNOWN: "not decided; the finding has the reason",
}
_DEEPEST = 6  # levels that are indented; deeper ones are not indented further
_LONGEST = 200  # characters of a line of source

# A sentence in parts: whether a part is code, and its text.
Sentence = tuple[tuple[bool, str], ...]

# By direction and result, the anchor and path of the group that shows it first.
ShownAt = dict[object, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PageDirection:
    """`unsuppressed`: the verdict without suppressed results, where it is another."""

    title: str
    verdict: Verdict
    meaning: str
    level: str
    is_met: bool
    unsuppressed: Verdict | None


@dataclass(frozen=True, slots=True)
class PagePlace:
    side: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class PageBytes:
    where: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class PageResult:
    """`shown_at`: the anchor and path of the group that shows the same result already."""

    direction: str
    verdict: Verdict
    shown_at: tuple[str, str] | None
    condition: str
    is_always: bool
    witness: tuple[tuple[str, str], ...]
    bytes: PageBytes | None
    detail: Sentence
    suppression: str


@dataclass(frozen=True, slots=True)
class PageFix:
    title: Sentence
    old_to_new: Verdict
    new_to_old: Verdict


@dataclass(frozen=True, slots=True)
class PageGroup:
    anchor: str
    severity: str
    rule: str
    path: str
    message: Sentence
    places: tuple[PagePlace, ...]
    results: tuple[PageResult, ...]
    notes: tuple[Sentence, ...]
    help: Sentence
    fixes: tuple[PageFix, ...]


@dataclass(frozen=True, slots=True)
class PageRow:
    kind: str
    name: str
    at: str
    what: str
    when_word: str
    when: str
    depth: int
    is_absent: bool


@dataclass(frozen=True, slots=True)
class PageLine:
    old: PageRow | None
    new: PageRow | None
    change: str
    is_divergence: bool
    old_notes: tuple[str, ...]
    new_notes: tuple[str, ...]
    old_tag: str
    new_tag: str


@dataclass(frozen=True, slots=True)
class PageFold:
    lines: tuple[PageLine, ...]
    is_folded: bool
    inside: str
    title: str


@dataclass(frozen=True, slots=True)
class PageMap:
    folds: tuple[PageFold, ...]
    divergence: str
    note: str


@dataclass(frozen=True, slots=True)
class PageDevice:
    anchor: str
    name: str
    versions: str
    old_to_new: Verdict
    new_to_old: Verdict
    groups: tuple[PageGroup, ...]
    harmless: tuple[PageGroup, ...]
    assumptions: tuple[Sentence, ...]
    map: PageMap | None
    why_no_map: str


@dataclass(frozen=True, slots=True)
class Page:
    old: str
    new: str
    machine: str | None
    directions: tuple[PageDirection, ...]
    devices: tuple[PageDevice, ...]
    equal: tuple[str, ...]


def build_page(report: Report, requirement: Requirement) -> Page:
    groups = group_findings(report, requirement)
    changed = find_changed_devices(report, groups)
    names = {device.name for device in changed}
    unmet = {each.direction for each in find_unmet(requirement, report)}
    return Page(
        report.old,
        report.new,
        report.machine,
        tuple(
            _show_direction(each, report, requirement, is_met=each not in unmet)
            for each in Direction
        ),
        tuple(_show_device(d, i, groups, report.machine) for i, d in enumerate(changed, 1)),
        tuple(device.name for device in report.devices if device.name not in names),
    )


def _show_direction(
    direction: Direction, report: Report, requirement: Requirement, *, is_met: bool
) -> PageDirection:
    title = direction.choose("Upgrade: old → new", "Rollback: new → old")
    verdict = report.verdicts.of(direction)
    left = report.verdicts_unsuppressed.of(direction)
    unsuppressed = None if left is verdict else left
    level = str(requirement.level(direction))
    return PageDirection(title, verdict, MEANINGS[verdict], level, is_met, unsuppressed)


def _show_device(
    device: DeviceReport, number: int, groups: tuple[FindingGroup, ...], machine: str | None
) -> PageDevice:
    anchor = f"device-{number}"
    already_shown: ShownAt = {}
    own = [group for group in groups if group.device == device.name]
    shown = [_show_group(group, f"{anchor}-{i}", already_shown) for i, group in enumerate(own, 1)]
    is_laid_out = device.old is not None and device.new is not None
    map_ = align_layouts(device, machine) if is_laid_out else None
    why_no_map = "The layouts are too large for a byte map." if is_laid_out else ""
    if map_ is not None:
        why_no_map = "Both versions write the same rows." if map_.is_same else ""
    return PageDevice(
        anchor,
        device.name,
        _describe_versions(device),
        device.old_to_new,
        device.new_to_old,
        tuple(page for page, group in zip(shown, own, strict=True) if not group.is_harmless),
        tuple(page for page, group in zip(shown, own, strict=True) if group.is_harmless),
        tuple(split_code(assumption) for assumption in device.assumptions),
        None if map_ is None or map_.is_same else _show_map(map_),
        why_no_map,
    )


def _describe_versions(device: DeviceReport) -> str:
    before, after = ("-" if v is None else str(v) for v in (device.old_version, device.new_version))
    return ("" if before == "-" else before) if before == after else f"{before} → {after}"


def _show_group(group: FindingGroup, anchor: str, already_shown: ShownAt) -> PageGroup:
    finding = group.finding
    here = (anchor, finding.path)
    results = []
    for direction, result in group.results:
        first = already_shown.setdefault((direction, repr(result)), here)
        results.append(_show_result(direction, result, None if first == here else first))
    return PageGroup(
        anchor,
        str(group.severity),
        finding.rule,
        finding.path,
        split_code(finding.message),
        tuple(_show_places(finding.old, finding.new, finding.only_in)),
        tuple(results),
        tuple(map(split_code, (*describe_own_state(finding), *describe_machine_types(finding)))),
        split_code(finding.help or ""),
        tuple(map(_show_fix, finding.fixes)),
    )


def _show_places(old: Span, new: Span, only_in: str | None) -> Iterator[PagePlace]:
    """The line on each side. Of what was removed, the new side shows its parent."""
    for side, span in (("old", find_first_line(old)), ("new", find_first_line(new))):
        if span.source.path and (side == "new" or only_in != "new"):
            line = span.source.line(span.first.line).strip() if span.source.text else ""
            where = f"{span.source.path}:{span.first.line}"
            is_parent = only_in == "old" and side == "new"
            if is_parent:
                where += ", where it was"
            yield PagePlace(side, where, line[:_LONGEST])


def _show_result(
    direction: Direction, result: DirectionResult, shown_at: tuple[str, str] | None
) -> PageResult:
    b = result.byte_range
    return PageResult(
        direction.phrase.replace(" to ", " → "),
        result.verdict,
        shown_at,
        result.condition or "",
        result.is_always,
        tuple((name, describe_value(v)) for name, v in (result.witness or {}).items()),
        None if b is None else PageBytes(describe_byte_range(b.start, b.end), b.old, b.new),
        split_code(result.detail or ""),
        describe_suppression(result),
    )


def _show_fix(fix: ProposedFix) -> PageFix:
    return PageFix(split_code(fix.title), fix.old_to_new, fix.new_to_old)


def split_code(sentence: str) -> Sentence:
    """What is between backticks is code."""
    parts = sentence.split("`")
    if len(parts) % 2 == 0:
        return ((False, sentence),)
    return tuple((i % 2 == 1, part) for i, part in enumerate(parts) if part)


def _show_map(found: ByteMap) -> PageMap:
    old, new = (_describe_offset(size) for size in found.sizes)
    note = f"Total: {old} bytes in old, {new} in new."
    note += f" {found.hidden_lines} more rows are not shown." if found.hidden_lines else ""
    folds = tuple(map(_show_fold, found.folds))
    return PageMap(folds, _describe_divergence(found.divergence), note)


def _show_fold(fold: Fold) -> PageFold:
    title = f"{len(fold.lines)} equal rows"
    offsets = [line.row.offset for line in fold.lines if line.row.offset is not None]
    if len(offsets) > 1:
        title += f", from byte {offsets[0].least} to {offsets[-1].least}"
    return PageFold(tuple(map(_show_line, fold.lines)), fold.is_folded, fold.inside, title)


# The words beside the old row and the new one.
_TAGS = {
    LineChange.SAME: ("", ""),
    LineChange.RENAMED: ("", "renamed"),
    LineChange.CHANGED: ("", "changed"),
    LineChange.REPLACED: ("removed", "added"),
    LineChange.REMOVED: ("removed", ""),
    LineChange.ADDED: ("", "added"),
    LineChange.MOVED: ("moved", "moved"),
}


def _show_line(line: AlignedLine) -> PageLine:
    return PageLine(
        _show_row(line.old),
        _show_row(line.new),
        str(line.change),
        line.is_divergence,
        line.old_notes,
        line.new_notes,
        *_TAGS[line.change],
    )


def _show_row(row: Row | None) -> PageRow | None:
    if row is None:
        return None
    what = ", ".join(part for part in (row.type, _describe_size(row), _describe_since(row)) if part)
    if row.kind is RowKind.CHECK:
        what = f"refused if false: {row.type}" if row.type else "refused if false"
    return PageRow(
        str(row.kind),
        row.name,
        "" if row.offset is None else _describe_offset(row.offset),
        "not sent by this version" if row.is_absent else what,
        "sent if" if row.kind is RowKind.SUBSECTION else "if",
        "" if row.is_absent else row.when,
        min(row.depth, _DEEPEST),
        row.is_absent,
    )


def _describe_size(row: Row) -> str:
    if not row.has_bytes or row.kind is RowKind.SUBSECTION:
        return ""
    if row.size is None:
        return "variable length"
    return f"{row.size} byte{'s' if row.size != 1 else ''}"


def _describe_since(row: Row) -> str:
    return f"since version {row.since}" if row.since else ""


def _describe_offset(offset: Offset) -> str:
    if offset.is_known:
        return str(offset.least)
    if offset.most is None:
        return f"{offset.least} or more"
    return f"{offset.least} {'or' if offset.when else 'to'} {offset.most}"


def _describe_divergence(line: AlignedLine | None) -> str:
    if line is None:
        return ""
    places = []
    for side, row in (("old", line.old), ("new", line.new)):
        if row is None or row.is_absent:
            is_moved = line.change is LineChange.MOVED
            places.append(f"{side} {'has it at another place' if is_moved else 'does not have it'}")
        elif row.offset is None:
            places.append(f"{side} sends it{f' if {row.when}' if row.when else ''}")
        else:
            other = f" ({row.offset.most} if {row.offset.when})" if row.offset.when else ""
            places.append(f"byte {row.offset.least}{other} of {side}")
    return ", ".join(places)
