"""From a table to what an operator does: when to upgrade, and when one can still go back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DirectionResult
from vmsdl.diff.verdict import BADNESS, Verdict
from vmsdl.expr.logic import TRUE
from vmsdl.prove.conditions import collect_paths
from vmsdl.releases.history import History
from vmsdl.releases.matrix_table import Cell, MatrixTable, Note
from vmsdl.releases.prepared import prepare_device
from vmsdl.schema.description import Description, Field
from vmsdl.schema.traverse import find_struct

_LEADS = {
    Verdict.OK: "any time",
    Verdict.CONDITIONAL: "not at every moment",
    Verdict.LOSSY: "only if something may be lost",
    Verdict.REFUSED: "not possible",
    Verdict.UNKNOWN: "try it first: what comes of it could not be shown",
    Verdict.CORRUPT: "never: it loads without a word, and with wrong values",
}


@dataclass(frozen=True, slots=True)
class AdviceCase:
    """When something else happens than that all arrives, and what.

    `at_reset`: whether it is so right after a reset; `can_pass`: waiting may help, since it depends
    on more than how the machine was built. `doc` is what the schema says of the part.
    """

    path: str
    outcome: DirectionResult
    happens: str
    at_reset: bool | None
    can_pass: bool
    doc: str

    @property
    def said(self) -> tuple[object, ...]:
        told = self.outcome
        return (self.path, told.verdict, told.when, told.error, self.at_reset, self.can_pass)


@dataclass(frozen=True, slots=True)
class Advice:
    """What to know of moves between the last version and `others`, all alike."""

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
    # What is alike to the last version moves as well, and needs no words but these.
    near = Advice(table.names[last][-2::-1], Verdict.OK, _LEADS[Verdict.OK], ())
    upgrades = [near, *(_advice(table, history, place, last, place) for place in places)]
    rollbacks = [near, *(_advice(table, history, last, place, place) for place in places)]
    return tuple(_joined(upgrades)), tuple(_joined(rollbacks))


def _advice(table: MatrixTable, history: History, sender: int, receiver: int, other: int) -> Advice:
    cell = table.cells[sender, receiver]
    cases = tuple(_cases(table, history, sender, receiver, cell))
    return Advice(table.names[other][::-1], cell.verdict, _LEADS[cell.verdict], cases)


def _joined(moves: list[Advice]) -> Iterator[Advice]:
    """Neighbours of which the same is said are one."""
    for _, group in groupby(moves, key=lambda move: (move.verdict, [c.said for c in move.cases])):
        several = list(group)
        others = tuple(name for move in several for name in move.others)
        if others:
            yield replace(several[0], others=others)


def _cases(
    table: MatrixTable, history: History, sender: int, receiver: int, cell: Cell
) -> Iterator[AdviceCase]:
    ranked = sorted(cell.notes, key=lambda note: -BADNESS.index(note.outcome.verdict))
    for note in ranked:
        one, other = (
            history.device(table.names[place][0], note.device) for place in (sender, receiver)
        )
        known = None if one is None else prepare_device(one, table.machines[0])
        condition = note.outcome.condition
        at_reset = None
        can_pass = False
        if known is not None and condition is not None and condition != TRUE:
            at_reset = known.holds_after_reset(condition)
            can_pass = any(map(known.has, collect_paths(condition)))
        doc = next((found for side in (one, other) if (found := _doc(side, note))), "")
        yield AdviceCase(note.path, note.outcome, _happens(note.outcome), at_reset, can_pass, doc)


def _happens(outcome: DirectionResult) -> str:
    match outcome.verdict:
        case Verdict.REFUSED:
            return "it is refused, and the machine runs on where it is"
        case Verdict.LOSSY:
            return "it loads, and this is lost"
        case Verdict.CORRUPT:
            return "it loads without a word, and is wrong"
        case _:
            return "nobody can tell"


def _doc(side: Side | None, note: Note) -> str:
    """What a schema's author wrote of the innermost part that a note is about."""
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
        body = sub or _embedded(side, field)
    return " ".join(found.split())


def _embedded(side: Side, part: Field | None) -> Description | None:
    struct = None if part is None else find_struct(part.type)
    return None if struct is None else side.schema.descriptions[struct.name]
