"""From a report to what its HTML page shows: texts, in the order in which they are read.

The template `report/diff.html.j2` puts these records into HTML and decides nothing.
"""

from vmsdl.diff.byte_map.align import AlignedLine, ByteMap, Fold, LineChange, align_layouts
from vmsdl.diff.byte_map.rows import Offset, Row, RowKind
from vmsdl.diff.direction import Direction
from vmsdl.diff.events import identify_edit
from vmsdl.diff.formats.grouped import (
    Block,
    collect_assumptions,
    find_changed_devices,
    is_summary,
    make_blocks,
)
from vmsdl.diff.formats.headlines import (
    ToldEvent,
    is_exact,
    tell_events,
)
from vmsdl.diff.formats.phrases import (
    describe_names,
    describe_notes,
    describe_origins,
    find_places,
)
from vmsdl.diff.policy import Requirement, find_unmet
from vmsdl.diff.report import DeviceReport, Finding, ProposedFix, Report
from vmsdl.diff.verdict import Verdict
from vmsdl.records import dataclass

MEANINGS = {
    Verdict.OK: "every state loads, and no value is lost",
    Verdict.CONDITIONAL: "some states arrive whole; others are refused or lose a value",
    Verdict.LOSSY: "some states load, none arrives whole",
    Verdict.REFUSED: "no state loads",
    Verdict.CORRUPT: "some state loads silently with a wrong value",
    Verdict.UNKNOWN: "not decided; the finding has the reason",
}
_DEEPEST = 6  # levels that are indented; deeper ones are not indented further

# A sentence in parts: whether a part is code, and its text.
Sentence = tuple[tuple[bool, str], ...]


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
class PageEvent:
    """`formulas`: the exact conditions, where the headline does not have them."""

    direction: str
    verdict: Verdict
    severity: str
    headline: Sentence
    lines: tuple[Sentence, ...]
    formulas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageCause:
    rule: str
    path: str
    message: Sentence
    places: tuple[PagePlace, ...]


@dataclass(frozen=True, slots=True)
class PageFix:
    title: Sentence
    old_to_new: Verdict
    new_to_old: Verdict


@dataclass(frozen=True, slots=True)
class PageBlock:
    anchor: str
    severity: str
    events: tuple[PageEvent, ...]
    causes: tuple[PageCause, ...]
    notes: tuple[Sentence, ...]
    helps: tuple[Sentence, ...]
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
    blocks: tuple[PageBlock, ...]
    harmless: tuple[PageCause, ...]
    map: PageMap | None
    why_no_map: str


@dataclass(frozen=True, slots=True)
class Page:
    old: str
    new: str
    machine: str | None
    origins: tuple[str, ...]
    day: str
    directions: tuple[PageDirection, ...]
    devices: tuple[PageDevice, ...]
    absent: tuple[PageBlock, ...]
    assumptions: tuple[tuple[Sentence, str], ...]
    equal: tuple[str, ...]

    @property
    def is_of_several(self) -> bool:
        """The verdicts of a device are not those of the page."""
        return len(self.devices) != 1 or bool(self.absent)


def build_page(report: Report, requirement: Requirement) -> Page:
    blocks = make_blocks(report, requirement)
    joined = [block for block in blocks if block.others]
    absent = {name for block in joined for name in (block.device, *block.others)}
    changed = find_changed_devices(report, blocks)
    names = {device.name for device in changed}
    unmet = {each.direction for each in find_unmet(requirement, report)}
    shown = [d for d in changed if d.name not in absent or _has_own(d.name, blocks)]
    return Page(
        report.old,
        report.new,
        report.machine,
        tuple(describe_origins(report)),
        str(report.day or ""),
        tuple(
            _show_direction(each, report, requirement, is_met=each not in unmet)
            for each in Direction
        ),
        tuple(_show_device(d, i, blocks, report.machine) for i, d in enumerate(shown, 1)),
        tuple(_show_block(block, f"absent-{i}") for i, block in enumerate(joined, 1)),
        tuple(
            (split_code(text), describe_names(of).replace("`", ""))
            for text, of in collect_assumptions(report).items()
        ),
        tuple(device.name for device in report.devices if device.name not in names),
    )


def _has_own(name: str, blocks: tuple[Block, ...]) -> bool:
    return any(block.device == name and not block.others for block in blocks)


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
    device: DeviceReport, number: int, blocks: tuple[Block, ...], machine: str | None
) -> PageDevice:
    anchor = f"device-{number}"
    own = [block for block in blocks if block.device == device.name and not block.others]
    harmful = [block for block in own if not block.is_harmless]
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
        tuple(_show_block(block, f"{anchor}-{i}") for i, block in enumerate(harmful, 1)),
        tuple(_show_cause(block.cause, block) for block in own if block.is_harmless),
        None if map_ is None or map_.is_same else _show_map(map_),
        why_no_map,
    )


def _describe_versions(device: DeviceReport) -> str:
    before, after = ("-" if v is None else str(v) for v in (device.old_version, device.new_version))
    return ("" if before == "-" else before) if before == after else f"{before} → {after}"


def _show_block(block: Block, anchor: str) -> PageBlock:
    causes = block.causes if block.events and not block.others else ()
    fixes = {fix.title: fix for finding in block.causes for fix in finding.fixes}
    helps = dict.fromkeys(finding.help for finding in block.causes if finding.help)
    notes = [note for finding in block.causes for note in describe_notes(finding)]
    if not block.events:
        notes.insert(0, block.cause.message)
    return PageBlock(
        anchor,
        str(block.severity),
        tuple(map(_show_event, tell_events(block))),
        tuple(_show_cause(finding, block) for finding in causes),
        tuple(map(split_code, dict.fromkeys(notes))),
        tuple(map(split_code, helps)),
        tuple(map(_show_fix, fixes.values())),
    )


def _show_event(told: ToldEvent) -> PageEvent:
    inexact = (each.condition for each in told.event.occurrences if not is_exact(each))
    return PageEvent(
        told.way.replace(" to ", " → "),
        told.event.verdict,
        str(told.severity),
        split_code(told.headline),
        tuple(map(split_code, told.details)),
        tuple(dict.fromkeys(each for each in inexact if each)),
    )


def _show_cause(finding: Finding, block: Block) -> PageCause:
    is_told = identify_edit(finding) in block.told_before or is_summary(finding)
    return PageCause(
        finding.rule,
        finding.path,
        split_code(finding.message),
        () if is_told else tuple(PagePlace(*each) for each in find_places(finding)),
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
