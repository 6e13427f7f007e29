"""From two sides to one byte map: rows side by side, what is alike folded, where they part."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from vmsdl.diff.byte_map.rows import Identity, Offset, Row, build_rows
from vmsdl.diff.layout.flatten import TooLarge
from vmsdl.diff.layout.settings import find_shared_settings
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.matching.order import find_longest_increasing
from vmsdl.diff.report import DeviceReport
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.expr.logic import FieldPath, find_path, map_places
from vmsdl.expr.nodes import Expr, Variable
from vmsdl.expr.text import format_path, unparse
from vmsdl.records import dataclass

_NEAR = 2  # rows alike that are shown before and behind what is not
_FEWEST = 4  # rows that are worth folding
_MOST = 2000  # rows shown of one device; more are told by their number


@dataclass(frozen=True, slots=True)
class AlignedLine:
    """Two rows that stand for each other, or one that stands alone.

    `state`: same, renamed, changed, replaced (another in its place), gone, added, moved.
    `differs`: these bytes are not on both sides, or not as many, or not in the same states;
    `parts`: they are the first. The notes tell what becomes of either row's bytes.
    """

    old: Row | None
    new: Row | None
    state: str
    differs: bool = False
    parts: bool = False
    old_notes: tuple[str, ...] = ()
    new_notes: tuple[str, ...] = ()

    @property
    def is_quiet(self) -> bool:
        return self.state == "same" and not (self.old_notes or self.new_notes)

    @property
    def row(self) -> Row:
        row = self.new or self.old
        assert row is not None
        return row


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines in a row. `is_folded`: all alike, and many. `inside`: the struct that they begin in."""

    lines: tuple[AlignedLine, ...]
    is_folded: bool
    inside: str = ""


@dataclass(frozen=True, slots=True)
class ByteMap:
    folds: tuple[Fold, ...]
    parting: AlignedLine | None  # where the bytes part first
    sizes: tuple[Offset, Offset]  # of either side, all in all
    left_out: int = 0  # lines
    is_alike: bool = False  # every line


def align_layouts(device: DeviceReport, machine: str | None) -> ByteMap | None:
    """None where one side has not the device, or it is too large to be laid out."""
    if device.old is None or device.new is None:
        return None
    try:
        one, other = find_shared_settings(device.old, device.new, machine)
        old, new = build_rows(device.old, one), build_rows(device.new, other)
        lines = list(_lines(old.rows, new.rows, Pairing(device.new, device.old)))
    except (TooLarge, RecursionError):
        return None
    lines = _noted(lines, device.forward, device.backward)
    at = next((i for i, line in enumerate(lines) if line.differs), None)
    parting = None
    if at is not None:
        parting = lines[at] = replace(lines[at], parts=True)
    folds = tuple(_folded(lines[:_MOST]))
    is_alike = all(line.is_quiet for line in lines)
    return ByteMap(folds, parting, (old.end, new.end), max(0, len(lines) - _MOST), is_alike)


def _lines(old: tuple[Row, ...], new: tuple[Row, ...], pairing: Pairing) -> Iterator[AlignedLine]:
    """Side by side, as a diff of two texts is shown; what is on neither side's wire is left out."""
    places = {row.identity: i for i, row in enumerate(old)}
    partners = [_partner(row, places, pairing) for row in new]
    kept = find_longest_increasing(i for i in partners if i is not None)
    taken = {i for i in partners if i is not None}
    start = 0
    waiting: list[AlignedLine] = []
    for row, partner in zip(new, partners, strict=True):
        if partner is None or partner not in kept:
            state = "added" if partner is None else "moved"
            waiting.append(AlignedLine(None, row, state, differs=row.has_bytes))
            continue
        yield from _gap(old, start, partner, taken, waiting)
        waiting = []
        start = partner + 1
        if not (old[partner].is_absent and row.is_absent):
            yield _paired(old[partner], row, pairing)
    yield from _gap(old, start, len(old), taken, waiting)


def _gap(
    old: tuple[Row, ...], start: int, end: int, taken: set[int], added: list[AlignedLine]
) -> Iterator[AlignedLine]:
    """Between two pairs: what is gone beside what came, where the two are of a kind."""
    gone = [
        AlignedLine(row, None, "moved" if i in taken else "gone", differs=row.has_bytes)
        for i, row in enumerate(old[start:end], start)
        if not row.is_absent
    ]
    added = [line for line in added if not line.row.is_absent]
    while gone and added and _are_alike(gone[0], added[0]):
        one, other = gone.pop(0), added.pop(0)
        yield AlignedLine(one.old, other.new, "replaced", differs=True)
    yield from gone
    yield from added


def _are_alike(one: AlignedLine, other: AlignedLine) -> bool:
    states = (one.state, other.state) == ("gone", "added")
    kinds = {one.row.kind, other.row.kind} <= {"field", "unused"}
    return states and kinds and one.row.depth == other.row.depth


def _partner(row: Row, places: dict[Identity, int], pairing: Pairing) -> int | None:
    """Where the old side has what a new row stands for."""
    kind, key, number = row.identity
    other = pairing.counterpart(key)
    return None if other is None else places.get((kind, other, number))


def _paired(old: Row, new: Row, pairing: Pairing) -> AlignedLine:
    is_there_alike = _told(new, pairing) == old.guard
    if old.kind == "struct":
        is_alike = is_there_alike
    elif old.kind == "check":
        is_alike = is_there_alike and (old.name, old.type) == (new.name, new.type)
    else:
        is_alike = is_there_alike and (old.type, old.size) == (new.type, new.size)
    differs = old.has_bytes and not (is_there_alike and old.size == new.size)
    state = "changed" if not is_alike else "same" if old.name == new.name else "renamed"
    if old.is_absent != new.is_absent:
        state = "added" if old.is_absent else "gone"
    return AlignedLine(old, new, state, differs=differs or old.has_bytes != new.has_bytes)


def _told(new: Row, pairing: Pairing) -> str:
    """When a new row is there, in the names of the old side."""
    if not new.guard or new.is_absent:
        return new.guard

    def place(part: Expr) -> Expr:
        key = None if isinstance(part, Variable) else find_path(part)
        other = None if key is None else pairing.counterpart(key)
        return part if other is None else Variable(type=part.type, name=format_path(other))

    return unparse(map_places(new.condition, place))


def _noted(
    lines: list[AlignedLine], forward: MigrationResult | None, backward: MigrationResult | None
) -> list[AlignedLine]:
    """With what each direction makes of what is sent."""
    to_new, to_old = _fates(forward, "new"), _fates(backward, "old")
    if not to_new and not to_old:
        return lines
    return [
        replace(
            line,
            old_notes=() if line.old is None else to_new.get(line.old.key, ()),
            new_notes=() if line.new is None else to_old.get(line.new.key, ()),
        )
        for line in lines
    ]


def _fates(way: MigrationResult | None, receiver: str) -> dict[FieldPath, tuple[str, ...]]:
    found: dict[FieldPath, dict[str, None]] = {}
    for shown in way.shown if way is not None else ():
        effect = shown.effect
        if not shown.is_certain or effect.sent is None:
            continue
        if effect.kind is EffectKind.CORRUPT and effect.expected is not None:
            said = f"{receiver} reads it as {format_path(effect.expected.key)}"
        elif effect.kind is EffectKind.LOSSY:
            said = f"can be lost on the way to {receiver}"
        else:
            continue
        found.setdefault(effect.sent.key, {})[said] = None
    return {key: tuple(notes) for key, notes in found.items()}


def _folded(lines: list[AlignedLine]) -> Iterator[Fold]:
    """Long runs of lines that are alike, but for those next to one that is not, are folded."""
    near = {
        j
        for i, line in enumerate(lines)
        if not line.is_quiet or line.parts
        for j in range(i - _NEAR, i + _NEAR + 1)
    }
    runs: list[tuple[bool, list[AlignedLine]]] = []
    for is_folded, group in groupby(range(len(lines)), key=lambda i: i not in near):
        run = [lines[i] for i in group]
        is_folded = is_folded and len(run) >= _FEWEST
        if runs and not runs[-1][0] and not is_folded:
            runs[-1][1].extend(run)
        else:
            runs.append((is_folded, run))
    for is_folded, run in runs:
        first = run[0].row
        inside = format_path(first.key[: -1 if first.key else 0]) if first.depth else ""
        yield Fold(tuple(run), is_folded, inside)
