"""From a table to advice for operators: when to upgrade, and when a rollback still works."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DirectionResult
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE
from vmsdl.prove.conditions import collect_paths
from vmsdl.releases.history import History
from vmsdl.releases.matrix_table import Cell, CellNote, MatrixTable
from vmsdl.releases.prepared import prepare_device
from vmsdl.schema.description import Description, Field
from vmsdl.schema.traverse import find_struct

_LEADS = {
    Verdict.OK: "at any time",
    Verdict.CONDITIONAL: "only in some states of the machine",
    Verdict.LOSSY: "only if a loss of state is acceptable",
    Verdict.REFUSED: "not possible",
    Verdict.UNKNOWN: "test it first: the result could not be determined",
    Verdict.CORRUPT: "never: state loads silently with wrong values",
}


@dataclass(frozen=True, slots=True)
class AdviceCase:
    """One way in which a move does not preserve everything.

    `effect`: what the operator sees. `at_reset`: whether it happens right after a reset; None: not
    known. `can_pass`: waiting may help, because it depends on the device's state and not only on
    how the machine was built. `doc`: the doc comment of the part that it is about.
    """

    path: str
    result: DirectionResult
    effect: str
    at_reset: bool | None
    can_pass: bool
    doc: str

    @property
    def identity(self) -> tuple[object, ...]:
        """What a reader sees of it."""
        result = self.result
        shown = (result.verdict, result.condition, result.detail)
        return (self.path, *shown, self.at_reset, self.can_pass)


@dataclass(frozen=True, slots=True)
class Advice:
    """Advice on moves between the last version and `others`, for which it is the same."""

    others: tuple[str, ...]
    verdict: Verdict
    lead: str
    cases: tuple[AdviceCase, ...]


def find_advice(
    table: MatrixTable, history: History
) -> tuple[tuple[Advice, ...], tuple[Advice, ...]]:
    """Upgrades to the last version, and rollbacks from it, the nearest version first."""
    last = len(table.names) - 1
    places = range(last - 1, -1, -1)
    # Versions in the group of the last one need no cell: they always load each other.
    near = Advice(table.names[last][-2::-1], Verdict.OK, _LEADS[Verdict.OK], ())
    upgrades = [near, *(_advise(table, history, place, last, place) for place in places)]
    rollbacks = [near, *(_advise(table, history, last, place, place) for place in places)]
    return tuple(_merge_equal(upgrades)), tuple(_merge_equal(rollbacks))


def _advise(table: MatrixTable, history: History, sender: int, receiver: int, other: int) -> Advice:
    cell = table.cells[sender, receiver]
    cases = tuple(_find_cases(table, history, sender, receiver, cell))
    return Advice(table.names[other][::-1], cell.verdict, _LEADS[cell.verdict], cases)


def _merge_equal(moves: list[Advice]) -> Iterator[Advice]:
    """Consecutive versions with the same advice are one."""
    for _, group in groupby(
        moves, key=lambda move: (move.verdict, [c.identity for c in move.cases])
    ):
        several = list(group)
        others = tuple(name for move in several for name in move.others)
        if others:
            yield replace(several[0], others=others)


def _find_cases(
    table: MatrixTable, history: History, sender: int, receiver: int, cell: Cell
) -> Iterator[AdviceCase]:
    ranked = sorted(cell.notes, key=lambda note: -note.result.verdict.badness)
    for note in ranked:
        one, other = (
            history.device(table.names[place][0], note.device) for place in (sender, receiver)
        )
        sender_state = None if one is None else prepare_device(one, table.machines[0])
        condition = note.result.expression
        at_reset = None
        can_pass = False
        if sender_state is not None and condition is not None and condition != TRUE:
            at_reset = sender_state.holds_after_reset(condition)
            can_pass = any(map(sender_state.is_state, collect_paths(condition)))
        doc = next((found for side in (one, other) if (found := _find_doc(side, note))), "")
        yield AdviceCase(
            note.path, note.result, _describe_effect(note.result), at_reset, can_pass, doc
        )


def _describe_effect(result: DirectionResult) -> str:
    match result.verdict:
        case Verdict.REFUSED:
            return "the migration is refused, and the machine keeps running on the source"
        case Verdict.LOSSY:
            return "state loads, but this part is lost"
        case Verdict.CORRUPT:
            return "state loads silently with wrong values"
        case _:
            return "the result is unknown"


def _find_doc(side: Side | None, note: CellNote) -> str:
    """The doc comment of the innermost part that a note is about."""
    if side is None:
        return ""
    body: Description | None = side.description
    found = ""
    for name in note.path.split(".")[1:]:
        if body is None:
            break
        sub = next((each for each in body.subsections if each.name == name), None)
        field = next((each for each in body.fields if each.name == name), None)
        part = sub or field
        found = found if part is None else part.doc
        body = sub or _find_embedded(side, field)
    return " ".join(found.split())


def _find_embedded(side: Side, part: Field | None) -> Description | None:
    struct = None if part is None else find_struct(part.type)
    return None if struct is None else side.schema.descriptions[struct.name]
