"""Phrases that the text and the Markdown of a matrix share."""

from collections.abc import Callable, Iterator

from vmsdl.diff.formats.phrases import describe_witness
from vmsdl.diff.report import DirectionResult
from vmsdl.diff.verdict import Verdict
from vmsdl.releases.matrix import Matrix, MatrixGroup
from vmsdl.releases.matrix_table import Cell, CellNote
from vmsdl.releases.operator_advice import AdviceCase


def collect_notes(group: MatrixGroup) -> list[CellNote]:
    """The notes of all cells in the order of the table, each once."""
    count = len(group.table.names)
    cells = (group.table.cells.get((i, j)) for i in range(count) for j in range(count))
    notes = (note for cell in cells if cell is not None for note in cell.notes)
    return list({note.identity: note for note in notes}.values())


def number_notes(cell: Cell, notes: list[CellNote]) -> list[int]:
    """The numbers of the notes of a cell, counted from 1."""
    numbers = {note.identity: number for number, note in enumerate(notes, start=1)}
    return sorted(numbers[note.identity] for note in cell.notes)


def describe_machines(group: MatrixGroup, matrix: Matrix) -> str:
    """The machine types that a table is for; empty: all."""
    names = [name for name in group.table.machines if name is not None]
    if None not in group.table.machines:
        return ", ".join(names)
    if len(matrix.groups) == 1:
        return ""
    return ", ".join([*names, "every other machine type"])


def describe_result(result: DirectionResult, code: Callable[[str], str] = str) -> str:
    if result.condition is None:
        return str(result.verdict)
    if result.is_always:
        return f"{result.verdict} always"
    return f"{result.verdict} when {code(result.condition)}"


def describe_example(result: DirectionResult) -> str:
    """A state that shows the result; empty: there is none."""
    if not result.witness:
        return ""
    return f"for example {describe_witness(result)}, all other fields at their reset values"


def describe_case(case: AdviceCase, code: Callable[[str], str] = str) -> Iterator[str]:
    """What an operator needs to know about a case, one fact a line."""
    result = case.result
    if result.condition is None or result.is_always:
        yield case.effect
    else:
        yield f"while {code(result.condition)}: {case.effect}"
        if case.at_reset is not None:
            yield "true right after reset" if case.at_reset else "false right after reset"
        if not case.can_pass:
            yield "permanent: it depends on the configuration of the machine"
        elif result.verdict is Verdict.REFUSED:
            yield "temporary: retry later"
    if result.detail and result.verdict is not Verdict.LOSSY:
        yield result.detail
