"""Phrases that the text and the Markdown of a matrix share."""

from collections.abc import Callable, Iterator

from vmsdl.diff.report import DirectionResult
from vmsdl.diff.verdict import Verdict
from vmsdl.releases.matrix import Group, Matrix
from vmsdl.releases.matrix_table import Cell, Note
from vmsdl.releases.operator_advice import AdviceCase


def footnotes(group: Group) -> list[Note]:
    """Each reason once, in the order of the table."""
    count = len(group.table.names)
    cells = (group.table.cells.get((i, j)) for i in range(count) for j in range(count))
    notes = (note for cell in cells if cell is not None for note in cell.notes)
    return list({note.reason: note for note in notes}.values())


def numbers(cell: Cell, notes: list[Note]) -> list[int]:
    """The numbers of a cell's footnotes, from 1."""
    places = {note.reason: number for number, note in enumerate(notes, start=1)}
    return sorted(places[note.reason] for note in cell.notes)


def machines(group: Group, matrix: Matrix) -> str:
    """Which machine types a table is for; empty where it is for all."""
    names = [name for name in group.table.machines if name is not None]
    if None not in group.table.machines:
        return ", ".join(names)
    if len(matrix.groups) == 1:
        return ""
    return ", ".join([*names, "every other machine type"])


def outcome(told: DirectionResult, code: Callable[[str], str] = str) -> str:
    if told.when is None:
        return str(told.verdict)
    if told.when == "always":
        return f"{told.verdict} always"
    return f"{told.verdict} when {code(told.when)}"


def example(told: DirectionResult) -> str:
    if not told.witness:
        return ""
    shown = (f"{name} = {_value(value)}" for name, value in told.witness.items())
    return f"for example {', '.join(shown)}, all else as after reset"


def _value(value: int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def case(told: AdviceCase, code: Callable[[str], str] = str) -> Iterator[str]:
    """What an operator needs to know of it, sentence by sentence."""
    when = told.outcome.when
    if when is None or when == "always":
        yield told.happens
    else:
        yield f"while {code(when)}: {told.happens}"
        if told.at_reset is not None:
            yield "it is so right after a reset" if told.at_reset else "not so right after a reset"
        if not told.can_pass:
            yield "waiting changes nothing: it depends on how the machine was built"
        elif told.outcome.verdict is Verdict.REFUSED:
            yield "it can pass: try again later"
    if told.outcome.error and told.outcome.verdict is not Verdict.LOSSY:
        yield told.outcome.error
