"""From two sides to one byte map: rows side by side, long equal parts folded, and the first
difference in bytes marked."""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from itertools import groupby

from vmsdl.diff.byte_map.rows import Offset, Row, RowId, RowKind, build_rows
from vmsdl.diff.layout.flatten import TooLarge
from vmsdl.diff.layout.settings import MachinePair, find_shared_settings
from vmsdl.diff.matching.fields import Pairing
from vmsdl.diff.matching.order import find_longest_increasing
from vmsdl.diff.report import DeviceReport
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.expr.logic import FieldPath, find_path, map_places
from vmsdl.expr.nodes import Expr, Variable
from vmsdl.expr.text import format_path, unparse
from vmsdl.records import dataclass

_CONTEXT = 2  # equal rows that are shown before and after each difference
_FEWEST_FOLDED = 4  # equal rows in a sequence that are worth folding
_MOST_SHOWN = 2000  # rows of one device; further rows are only counted


class LineChange(StrEnum):
    """The value is its class in the HTML page."""

    SAME = "same"
    RENAMED = "renamed"
    CHANGED = "changed"
    REPLACED = "replaced"  # another row in its place
    REMOVED = "gone"
    ADDED = "added"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class AlignedLine:
    """An old row beside its counterpart, or a row without one.

    `has_byte_change`: its bytes are only on one side, or differ in number or condition.
    `is_divergence`: it is the first such line. The notes say what the other side does with the
    bytes of either row.
    """

    old: Row | None
    new: Row | None
    change: LineChange
    has_byte_change: bool = False
    is_divergence: bool = False
    old_notes: tuple[str, ...] = ()
    new_notes: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """There is nothing to see."""
        return self.change is LineChange.SAME and not (self.old_notes or self.new_notes)

    @property
    def row(self) -> Row:
        row = self.new or self.old
        assert row is not None
        return row


@dataclass(frozen=True, slots=True)
class Fold:
    """Consecutive lines. `is_folded`: all are plain, and they are many. `inside`: the struct that
    the first is in."""

    lines: tuple[AlignedLine, ...]
    is_folded: bool
    inside: str = ""


@dataclass(frozen=True, slots=True)
class ByteMap:
    """`divergence`: the line where the bytes differ first. `sizes`: of old and new as a whole.
    `is_same`: every line is plain."""

    folds: tuple[Fold, ...]
    divergence: AlignedLine | None
    sizes: tuple[Offset, Offset]
    hidden_lines: int = 0
    is_same: bool = False


def align_layouts(device: DeviceReport, machine: str | None) -> ByteMap | None:
    """None where one side lacks the device, or it is too large to be laid out."""
    if device.old is None or device.new is None:
        return None
    try:
        machines = _find_machines(device, machine)
        old_settings, new_settings = find_shared_settings(device.old, device.new, machines)
        old, new = build_rows(device.old, old_settings), build_rows(device.new, new_settings)
        lines = list(_align_rows(old.rows, new.rows, Pairing(device.new, device.old)))
    except (TooLarge, RecursionError):
        return None
    lines = _add_notes(lines, device.forward, device.backward)
    at = next((i for i, line in enumerate(lines) if line.has_byte_change), None)
    divergence = None
    if at is not None:
        divergence = lines[at] = replace(lines[at], is_divergence=True)
    folds = tuple(_fold_lines(lines[:_MOST_SHOWN]))
    is_same = all(line.is_plain for line in lines)
    return ByteMap(folds, divergence, (old.end, new.end), max(0, len(lines) - _MOST_SHOWN), is_same)


def _find_machines(device: DeviceReport, machine: str | None) -> MachinePair:
    """The one in which the device has its worst verdict."""
    known = [each for each in (device.forward, device.backward) if each is not None]
    found = max(known, key=lambda each: each.verdict.badness, default=None)
    return MachinePair(machine) if found is None else found.machines


def _align_rows(
    old: tuple[Row, ...], new: tuple[Row, ...], pairing: Pairing
) -> Iterator[AlignedLine]:
    """Side by side, like a diff of two texts. Rows that neither side sends are left out."""
    places = {row.id: i for i, row in enumerate(old)}
    counterparts = [_find_counterpart(row, places, pairing) for row in new]
    matched = {i for i in counterparts if i is not None}
    in_place = find_longest_increasing(i for i in counterparts if i is not None)
    start = 0
    added: list[AlignedLine] = []
    for row, counterpart in zip(new, counterparts, strict=True):
        if counterpart is None or counterpart not in in_place:
            change = LineChange.ADDED if counterpart is None else LineChange.MOVED
            added.append(AlignedLine(None, row, change, has_byte_change=row.has_bytes))
            continue
        yield from _align_between(old, start, counterpart, matched, added)
        added = []
        start = counterpart + 1
        if not (old[counterpart].is_absent and row.is_absent):
            yield _compare_rows(old[counterpart], row, pairing)
    yield from _align_between(old, start, len(old), matched, added)


def _align_between(
    old: tuple[Row, ...], start: int, end: int, matched: set[int], added: list[AlignedLine]
) -> Iterator[AlignedLine]:
    """Between two pairs: removed rows beside added ones of a similar kind, then the others."""
    removed = [
        AlignedLine(
            row,
            None,
            LineChange.MOVED if i in matched else LineChange.REMOVED,
            has_byte_change=row.has_bytes,
        )
        for i, row in enumerate(old[start:end], start)
        if not row.is_absent
    ]
    added = [line for line in added if not line.row.is_absent]
    while removed and added and _is_replacement(removed[0], added[0]):
        one, other = removed.pop(0), added.pop(0)
        yield AlignedLine(one.old, other.new, LineChange.REPLACED, has_byte_change=True)
    yield from removed
    yield from added


def _is_replacement(removed: AlignedLine, added: AlignedLine) -> bool:
    changes = (removed.change, added.change) == (LineChange.REMOVED, LineChange.ADDED)
    kinds = {removed.row.kind, added.row.kind} <= {RowKind.FIELD, RowKind.UNUSED}
    return changes and kinds and removed.row.depth == added.row.depth


def _find_counterpart(row: Row, places: dict[RowId, int], pairing: Pairing) -> int | None:
    """The index of the old row that a new row is the counterpart of."""
    kind, key, number = row.id
    other = pairing.counterpart(key)
    return None if other is None else places.get((kind, other, number))


def _compare_rows(old: Row, new: Row, pairing: Pairing) -> AlignedLine:
    has_same_guard = _unparse_guard_for_old(new, pairing) == old.guard
    has_same_bytes = has_same_guard and old.size == new.size
    is_same = has_same_guard
    if old.kind is RowKind.CHECK:
        is_same = is_same and (old.name, old.type) == (new.name, new.type)
    elif old.kind is not RowKind.STRUCT:
        is_same = is_same and (old.type, old.size) == (new.type, new.size)
    if old.is_absent != new.is_absent:
        change = LineChange.ADDED if old.is_absent else LineChange.REMOVED
    elif not is_same:
        change = LineChange.CHANGED
    else:
        change = LineChange.SAME if old.name == new.name else LineChange.RENAMED
    has_byte_change = old.has_bytes != new.has_bytes or (old.has_bytes and not has_same_bytes)
    return AlignedLine(old, new, change, has_byte_change=has_byte_change)


def _unparse_guard_for_old(new: Row, pairing: Pairing) -> str:
    """The guard of a new row with the field names of the old side."""
    if not new.guard or new.is_absent:
        return new.guard

    def rename(part: Expr) -> Expr:
        key = None if isinstance(part, Variable) else find_path(part)
        other = None if key is None else pairing.counterpart(key)
        return part if other is None else Variable(type=part.type, name=format_path(other))

    return unparse(map_places(new.condition, rename))


def _add_notes(
    lines: list[AlignedLine], forward: MigrationResult | None, backward: MigrationResult | None
) -> list[AlignedLine]:
    """With what the other side does with the bytes of each row."""
    old_notes, new_notes = _describe_effects(forward, "new"), _describe_effects(backward, "old")
    if not old_notes and not new_notes:
        return lines
    return [
        replace(
            line,
            old_notes=() if line.old is None else old_notes.get(line.old.key, ()),
            new_notes=() if line.new is None else new_notes.get(line.new.key, ()),
        )
        for line in lines
    ]


def _describe_effects(
    migration: MigrationResult | None, receiver: str
) -> dict[FieldPath, tuple[str, ...]]:
    """By field of the sender, the effects on it. `receiver`: "old" or "new"."""
    found: dict[FieldPath, dict[str, None]] = {}
    for shown in migration.shown if migration is not None else ():
        effect = shown.effect
        if not shown.is_certain or effect.sent is None:
            continue
        if effect.kind is EffectKind.CORRUPT and effect.expected is not None:
            note = f"{receiver} reads it as {format_path(effect.expected.key)}"
        elif effect.kind is EffectKind.LOSSY:
            note = f"can be lost when migrated to {receiver}"
        else:
            continue
        found.setdefault(effect.sent.key, {})[note] = None
    return {key: tuple(notes) for key, notes in found.items()}


def _fold_lines(lines: list[AlignedLine]) -> Iterator[Fold]:
    """Long sequences of plain lines are folded, but for those next to a line that is not plain."""
    shown = {
        j
        for i, line in enumerate(lines)
        if not line.is_plain or line.is_divergence
        for j in range(i - _CONTEXT, i + _CONTEXT + 1)
    }
    parts: list[tuple[bool, list[AlignedLine]]] = []
    for is_shown, indices in groupby(range(len(lines)), key=lambda i: i in shown):
        part = [lines[i] for i in indices]
        is_folded = not is_shown and len(part) >= _FEWEST_FOLDED
        if parts and not parts[-1][0] and not is_folded:
            parts[-1][1].extend(part)
        else:
            parts.append((is_folded, part))
    for is_folded, part in parts:
        first = part[0].row
        inside = format_path(first.key[: -1 if first.key else 0]) if first.depth else ""
        yield Fold(tuple(part), is_folded, inside)
