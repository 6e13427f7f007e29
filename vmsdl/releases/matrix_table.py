"""From a history to tables of verdicts between its versions.

Machine types with equal verdicts share a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmsdl.diff.direction import Direction
from vmsdl.diff.report import DirectionResult
from vmsdl.diff.verdict import Verdict, worst
from vmsdl.releases.history import History


@dataclass(frozen=True, slots=True)
class CellNote:
    """Why a cell is not `ok`: the result of one device."""

    device: str
    path: str
    result: DirectionResult

    @property
    def identity(self) -> tuple[str | None, ...]:
        """What a reader sees of it. Two notes with one identity are shown once."""
        result = self.result
        return (self.device, self.path, result.verdict, result.condition, result.detail)


@dataclass(frozen=True, slots=True)
class Cell:
    """What happens when one version saves and another loads."""

    verdict: Verdict
    notes: tuple[CellNote, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """`machines`: the machine types that it is for; None: all that set nothing.

    `names`: the versions, oldest first; versions that behave the same are in one group.
    `cells`: by the numbers of the group that saves and the group that loads.
    """

    machines: tuple[str | None, ...]
    names: tuple[tuple[str, ...], ...]
    cells: Mapping[tuple[int, int], Cell]


def build_tables(history: History, machines: Sequence[str | None]) -> tuple[MatrixTable, ...]:
    """One table for all machine types with the same cells."""
    groups: list[tuple[list[str | None], dict[tuple[int, int], Cell]]] = []
    for machine in machines:
        cells = _compare_all(history, machine)
        for names, known in groups:
            if known == cells:
                names.append(machine)
                break
        else:
            groups.append(([machine], cells))
    return tuple(_make_table(history, tuple(names), cells) for names, cells in groups)


def _compare_all(history: History, machine: str | None) -> dict[tuple[int, int], Cell]:
    found: dict[tuple[int, int], Cell] = {}
    count = len(history.versions)
    for old in range(count):
        for new in range(old + 1, count):
            found[old, new], found[new, old] = _compare_versions(history, old, new, machine)
    return found


def _compare_versions(
    history: History, old: int, new: int, machine: str | None
) -> tuple[Cell, Cell]:
    verdicts: dict[Direction, list[Verdict]] = {direction: [] for direction in Direction}
    notes: dict[Direction, dict[object, CellNote]] = {direction: {} for direction in Direction}
    for name in history.devices:
        device, findings = history.compare(old, new, name, machine)
        for direction in Direction:
            verdicts[direction].append(device.verdicts.of(direction))
            for finding in findings:
                result = finding.result(direction)
                if result.verdict is Verdict.OK:
                    continue
                # One effect can come from several edits.
                effect = (finding.device, result.verdict, result.condition, result.detail)
                note = CellNote(finding.device, finding.path, result)
                notes[direction].setdefault(effect, note)
    forward, backward = (
        Cell(worst(verdicts[direction]), tuple(notes[direction].values()))
        for direction in Direction
    )
    return forward, backward


def _make_table(
    history: History, machines: tuple[str | None, ...], cells: dict[tuple[int, int], Cell]
) -> MatrixTable:
    """Consecutive versions that behave the same, and always load each other, are one group."""
    groups: list[list[int]] = []
    for place in range(len(history.versions)):
        if groups and _behave_same(groups[-1][0], place, len(history.versions), cells):
            groups[-1].append(place)
        else:
            groups.append([place])
    names = tuple(tuple(history.versions[place].name for place in group) for group in groups)
    kept = {
        (i, j): cells[one[0], other[0]]
        for i, one in enumerate(groups)
        for j, other in enumerate(groups)
        if i != j
    }
    return MatrixTable(machines, names, kept)


def _behave_same(one: int, other: int, count: int, cells: dict[tuple[int, int], Cell]) -> bool:
    if any(cells[pair].verdict is not Verdict.OK for pair in ((one, other), (other, one))):
        return False
    return all(
        cells[one, third] == cells[other, third] and cells[third, one] == cells[third, other]
        for third in range(count)
        if third not in (one, other)
    )
