"""From a history to the table of verdicts between its versions, one for machine types alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmsdl.diff.report import DirectionResult
from vmsdl.diff.verdict import Verdict, worst
from vmsdl.releases.history import History


@dataclass(frozen=True, slots=True)
class Note:
    """Why a cell is not `ok`: what becomes of the states of one device that `outcome` tells of."""

    device: str
    path: str
    outcome: DirectionResult

    @property
    def reason(self) -> tuple[str | None, ...]:
        """What is told of it; two with one reason are one to a reader."""
        told = self.outcome
        return (self.device, self.path, told.verdict, told.when, told.error)


@dataclass(frozen=True, slots=True)
class Cell:
    """One direction of two versions."""

    verdict: Verdict
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """`machines`: those that it holds for; None: what no machine type sets.

    `names` are the versions, oldest first, those that do not differ in one; `cells` are by the
    numbers of who saves and who loads.
    """

    machines: tuple[str | None, ...]
    names: tuple[tuple[str, ...], ...]
    cells: Mapping[tuple[int, int], Cell]


def build_tables(history: History, machines: Sequence[str | None]) -> tuple[MatrixTable, ...]:
    """A table for each group of machine types that it is the same for."""
    groups: list[tuple[list[str | None], dict[tuple[int, int], Cell]]] = []
    for machine in machines:
        cells = _cells(history, machine)
        for names, known in groups:
            if known == cells:
                names.append(machine)
                break
        else:
            groups.append(([machine], cells))
    return tuple(_table(history, tuple(names), cells) for names, cells in groups)


def _cells(history: History, machine: str | None) -> dict[tuple[int, int], Cell]:
    found: dict[tuple[int, int], Cell] = {}
    count = len(history.versions)
    for old in range(count):
        for new in range(old + 1, count):
            found[old, new], found[new, old] = _pair(history, old, new, machine)
    return found


def _pair(history: History, old: int, new: int, machine: str | None) -> tuple[Cell, Cell]:
    verdicts: tuple[list[Verdict], list[Verdict]] = ([], [])
    notes: tuple[dict[object, Note], dict[object, Note]] = ({}, {})
    for name in history.devices:
        device, findings = history.compared(old, new, name, machine)
        verdicts[0].append(device.old_to_new)
        verdicts[1].append(device.new_to_old)
        for finding in findings:
            for way, outcome in enumerate((finding.old_to_new, finding.new_to_old)):
                if outcome.verdict is Verdict.OK:
                    continue
                # One effect can come from several edits.
                same = (finding.device, outcome.verdict, outcome.when, outcome.error)
                notes[way].setdefault(same, Note(finding.device, finding.path, outcome))
    forward, backward = (Cell(worst(verdicts[way]), tuple(notes[way].values())) for way in range(2))
    return forward, backward


def _table(
    history: History, machines: tuple[str | None, ...], cells: dict[tuple[int, int], Cell]
) -> MatrixTable:
    """Neighbours that load and are loaded alike, and each other at any time, are one."""
    groups: list[list[int]] = []
    for place in range(len(history.versions)):
        if groups and _are_alike(groups[-1][0], place, len(history.versions), cells):
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


def _are_alike(one: int, other: int, count: int, cells: dict[tuple[int, int], Cell]) -> bool:
    if any(cells[pair].verdict is not Verdict.OK for pair in ((one, other), (other, one))):
        return False
    return all(
        cells[one, third] == cells[other, third] and cells[third, one] == cells[third, other]
        for third in range(count)
        if third not in (one, other)
    )
