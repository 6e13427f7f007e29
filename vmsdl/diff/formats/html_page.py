"""From a report to what stands on its page: texts, in the order in which they are read."""

from collections.abc import Iterator

from vmsdl.diff.byte_map.align import AlignedLine, ByteMap, Fold, align_layouts
from vmsdl.diff.byte_map.rows import Offset, Row
from vmsdl.diff.formats.grouped import (
    WORDS,
    FindingGroup,
    describe_byte_range,
    describe_head,
    describe_machine_types,
    describe_suppression,
    describe_value,
    group_findings,
)
from vmsdl.diff.formats.text import find_changed_devices
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import DeviceReport, DirectionResult, ProposedFix, Report, Verdicts
from vmsdl.diff.verdict import Verdict
from vmsdl.records import dataclass
from vmsdl.source import Span

MEANINGS = {
    Verdict.OK: "every state loads, and every value arrives or was never there",
    Verdict.CONDITIONAL: "some states arrive whole; others are refused or lose a value",
    Verdict.LOSSY: "some states load, none arrives whole",
    Verdict.REFUSED: "no state loads",
    Verdict.CORRUPT: "some state loads, and leaves a wrong value without a word",
    Verdict.UNKNOWN: "it cannot be shown; the finding says why",
}
_TAGS = {"same": "", "added": "new"}  # else the state itself
_DEEPEST = 6  # levels that are set in; those below stand under each other
_LONGEST = 200  # characters of a line of source

# A sentence in parts: whether one is code, and the part.
Said = tuple[tuple[bool, str], ...]


@dataclass(frozen=True, slots=True)
class Way:
    title: str
    verdict: Verdict
    meaning: str
    level: str
    is_met: bool
    without_accepted: Verdict | None  # where that is another


@dataclass(frozen=True, slots=True)
class PlaceText:
    side: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class BytesText:
    where: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class OutcomeText:
    """`above`: the anchor and path of the remark that tells it already."""

    direction: str
    verdict: Verdict
    above: tuple[str, str] | None
    when: str
    witness: tuple[tuple[str, str], ...]
    bytes: BytesText | None
    error: Said
    accepted: str


@dataclass(frozen=True, slots=True)
class RemedyText:
    title: Said
    old_to_new: Verdict
    new_to_old: Verdict


@dataclass(frozen=True, slots=True)
class RemarkText:
    anchor: str
    severity: str
    rule: str
    path: str
    message: Said
    places: tuple[PlaceText, ...]
    outcomes: tuple[OutcomeText, ...]
    notes: tuple[Said, ...]
    help: Said
    remedies: tuple[RemedyText, ...]


@dataclass(frozen=True, slots=True)
class RowText:
    kind: str
    name: str
    at: str
    what: str
    when_word: str
    when: str
    depth: int
    is_absent: bool


@dataclass(frozen=True, slots=True)
class LineText:
    old: RowText | None
    new: RowText | None
    state: str
    parts: bool
    old_notes: tuple[str, ...]
    new_notes: tuple[str, ...]
    old_tag: str
    new_tag: str


@dataclass(frozen=True, slots=True)
class FoldText:
    lines: tuple[LineText, ...]
    is_folded: bool
    inside: str
    title: str


@dataclass(frozen=True, slots=True)
class MapText:
    folds: tuple[FoldText, ...]
    parting: str
    note: str


@dataclass(frozen=True, slots=True)
class DeviceText:
    anchor: str
    name: str
    versions: str
    old_to_new: Verdict
    new_to_old: Verdict
    remarks: tuple[RemarkText, ...]
    harmless: tuple[RemarkText, ...]
    assumed: tuple[Said, ...]
    map: MapText | None
    no_map: str


@dataclass(frozen=True, slots=True)
class Page:
    old: str
    new: str
    machine: str | None
    ways: tuple[Way, ...]
    devices: tuple[DeviceText, ...]
    equal: tuple[str, ...]


def build_page(report: Report, requirement: Requirement) -> Page:
    found = group_findings(report, requirement)
    changed = find_changed_devices(report, found)
    names = {device.name for device in changed}
    unmet = {name for name, _, _ in requirement.unmet(report)}
    titles = ("Upgrade: old → new", "Rollback: new → old")
    return Page(
        report.old,
        report.new,
        report.machine,
        tuple(
            _way(title, name, level, report, is_met=name not in unmet)
            for title, (name, level) in zip(titles, requirement.levels, strict=True)
        ),
        tuple(_device(d, i, found, report.machine) for i, d in enumerate(changed, 1)),
        tuple(device.name for device in report.devices if device.name not in names),
    )


def _way(title: str, name: str, level: str, report: Report, *, is_met: bool) -> Way:
    verdict = Verdicts(report.old_to_new, report.new_to_old).of(name)
    required = report.required.of(name)
    without = None if required is verdict else required
    return Way(title, verdict, MEANINGS[verdict], level, is_met, without)


def _device(
    device: DeviceReport, number: int, found: tuple[FindingGroup, ...], machine: str | None
) -> DeviceText:
    anchor = f"device-{number}"
    own = [remark for remark in found if remark.device == device.name]
    told: dict[object, tuple[str, str]] = {}
    texts = [_remark(remark, f"{anchor}-{i}", told) for i, remark in enumerate(own, 1)]
    is_laid_out = device.old is not None and device.new is not None
    map_ = align_layouts(device, machine) if is_laid_out else None
    no_map = "They are too large to lay out." if is_laid_out else ""
    if map_ is not None:
        no_map = "Both versions write the same, row for row." if map_.is_alike else ""
    return DeviceText(
        anchor,
        device.name,
        _versions(device),
        device.old_to_new,
        device.new_to_old,
        tuple(text for text, remark in zip(texts, own, strict=True) if not remark.is_harmless),
        tuple(text for text, remark in zip(texts, own, strict=True) if remark.is_harmless),
        tuple(describe(words) for words in device.assumed),
        None if map_ is None or map_.is_alike else _map(map_),
        no_map,
    )


def _versions(device: DeviceReport) -> str:
    before, after = ("-" if v is None else str(v) for v in (device.old_version, device.new_version))
    return ("" if before == "-" else before) if before == after else f"{before} → {after}"


def _remark(remark: FindingGroup, anchor: str, told: dict[object, tuple[str, str]]) -> RemarkText:
    finding = remark.finding
    here = (anchor, finding.path)
    return RemarkText(
        anchor,
        str(remark.severity),
        finding.rule,
        finding.path,
        describe(finding.message),
        tuple(_places(finding.old, finding.new, finding.only_in)),
        tuple(
            _outcome(*each, told.setdefault((each[0], repr(each[1])), here), here)
            for each in remark.outcomes
        ),
        tuple(map(describe, describe_machine_types(finding))),
        describe(finding.help or ""),
        tuple(_remedy(remedy) for remedy in finding.remedies),
    )


def _places(old: Span, new: Span, only_in: str | None) -> Iterator[PlaceText]:
    """The line on either side; of what is gone, the nearest that survives."""
    for side, span in (("old", describe_head(old)), ("new", describe_head(new))):
        if span.source.path and (side == "new" or only_in != "new"):
            line = span.source.line(span.first.line).strip() if span.source.text else ""
            where = f"{span.source.path}:{span.first.line}"
            is_owner = only_in == "old" and side == "new"
            yield PlaceText(
                side, f"{where}, what it stood in" if is_owner else where, line[:_LONGEST]
            )


def _outcome(
    direction: str, outcome: DirectionResult, first: tuple[str, str], here: tuple[str, str]
) -> OutcomeText:
    b = outcome.bytes
    return OutcomeText(
        WORDS[direction].replace(" to ", " → "),
        outcome.verdict,
        None if first == here else first,
        outcome.when or "",
        tuple((name, describe_value(v)) for name, v in (outcome.witness or {}).items()),
        None if b is None else BytesText(describe_byte_range(b.start, b.end), b.old, b.new),
        describe(outcome.error or ""),
        "" if outcome.accepted is None else describe_suppression(outcome),
    )


def _remedy(remedy: ProposedFix) -> RemedyText:
    return RemedyText(describe(remedy.title), remedy.old_to_new, remedy.new_to_old)


def describe(sentence: str) -> Said:
    """What stands between backticks is code."""
    parts = sentence.split("`")
    if len(parts) % 2 == 0:
        return ((False, sentence),)
    return tuple((i % 2 == 1, part) for i, part in enumerate(parts) if part)


def _map(found: ByteMap) -> MapText:
    old, new = (_at(size) for size in found.sizes)
    note = f"In all {old} bytes of old, {new} of new."
    note += f" {found.left_out} more rows are not shown." if found.left_out else ""
    return MapText(tuple(map(_fold, found.folds)), _parting(found.parting), note)


def _fold(fold: Fold) -> FoldText:
    title = f"{len(fold.lines)} rows alike"
    places = [line.row.offset for line in fold.lines if line.row.offset is not None]
    if places:
        first, last = places[0], places[-1]
        title += f", from byte {first.least} to {last.least}" if first is not last else ""
    return FoldText(tuple(map(_line, fold.lines)), fold.is_folded, fold.inside, title)


def _line(line: AlignedLine) -> LineText:
    tag = _TAGS.get(line.state, line.state)
    return LineText(
        _row(line.old),
        _row(line.new),
        line.state,
        line.parts,
        line.old_notes,
        line.new_notes,
        "gone" if line.state in ("gone", "replaced") else tag if line.new is None else "",
        "new" if line.state in ("added", "replaced") else "" if line.state == "gone" else tag,
    )


def _row(row: Row | None) -> RowText | None:
    if row is None:
        return None
    size = _size(row)
    what = ", ".join(part for part in (row.type, size, _since(row)) if part)
    if row.kind == "check":
        what = f"checked, else refused: {row.type}" if row.type else "checked, else refused"
    return RowText(
        row.kind,
        row.name,
        "" if row.offset is None else _at(row.offset),
        "not sent by this version" if row.is_absent else what,
        "sent if" if row.kind == "subsection" else "if",
        "" if row.is_absent else row.when,
        min(row.depth, _DEEPEST),
        row.is_absent,
    )


def _size(row: Row) -> str:
    if not row.has_bytes or row.kind == "subsection":
        return ""
    if row.size is None:
        return "as many bytes as it needs"
    return f"{row.size} byte{'s' if row.size != 1 else ''}"


def _since(row: Row) -> str:
    return f"since version {row.since}" if row.since else ""


def _at(offset: Offset) -> str:
    if offset.is_known:
        return str(offset.least)
    if offset.most is None:
        return f"{offset.least} or more"
    return f"{offset.least} {'or' if offset.when else 'to'} {offset.most}"


def _parting(line: AlignedLine | None) -> str:
    if line is None:
        return ""
    places = []
    for side, row in (("old", line.old), ("new", line.new)):
        if row is None or row.is_absent:
            has = "has it elsewhere" if line.state == "moved" else "does not have it"
            places.append(f"{side} {has}")
        elif row.offset is None:
            places.append(f"{side} sends it{f' if {row.when}' if row.when else ''}")
        else:
            hangs = f" ({row.offset.most} if {row.offset.when})" if row.offset.when else ""
            places.append(f"byte {row.offset.least}{hangs} of {side}")
    return ", ".join(places)
