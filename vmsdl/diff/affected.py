"""From the outcomes of an edit to the machine types on which they can happen."""

from collections.abc import Iterable, Iterator

from vmsdl.diff.configuration import property_at, settings_of, value_on
from vmsdl.diff.match import Side
from vmsdl.diff.questions import Prover
from vmsdl.diff.report import Finding
from vmsdl.diff.terms import TRUE, key_of, mapped
from vmsdl.diff.verdict import Verdict
from vmsdl.diff.wording import words
from vmsdl.schema.description import Schema
from vmsdl.schema.expression import Expr, Item, Member, Select, children


def affected(findings: Iterable[Finding], old: Side, new: Side) -> tuple[str, ...] | None:
    """The machine types of the sender on which one of the two directions can go wrong.

    `findings`: all of one edit. None: no machine type makes a difference.
    """
    found: dict[str, None] = {}
    is_told = False
    for finding in findings:
        for outcome, sender in ((finding.old_to_new, old), (finding.new_to_old, new)):
            if outcome.verdict is Verdict.OK:
                continue
            condition = outcome.condition
            if condition is None or not _depends(condition, sender):
                return None
            is_told = True
            found |= dict.fromkeys(_hit(condition, sender))
    return tuple(found) if is_told else None


def by_machine(schema: Schema, path: tuple[str, str]) -> str:
    """What a property is on each machine type of a schema, in words: those alike together."""
    groups: dict[str, list[str]] = {}
    for machine in schema.machines:
        value = value_on(schema, machine, path)
        groups.setdefault("not known" if value is None else words(value), []).append(machine)
    return "; ".join(f"{value} on {_listed(names)}" for value, names in groups.items())


def _listed(names: list[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more


def _depends(condition: Expr, side: Side) -> bool:
    """Some machine type sets what it reads."""
    machines = side.schema.machines.values()
    settable = {setting.path for machine in machines for setting in machine.settings}
    return any(path in settable for path in _properties(condition, side))


def _hit(condition: Expr, side: Side) -> Iterator[str]:
    """Machine types that set alike are asked about but once."""
    prover = Prover(side.schema.enums, {}, TRUE)
    answers: dict[Expr, bool] = {}
    for machine in side.schema.machines:
        settled = _settled(condition, side, machine)
        if settled not in answers:
            answers[settled] = prover.satisfiable(settled).holds is not False
        if answers[settled]:
            yield machine


def _settled(condition: Expr, side: Side, machine: str) -> Expr:
    """The condition with what the machine type decides put in."""
    settings = settings_of(side.schema, machine)

    def place(part: Expr) -> Expr:
        key = key_of(part)
        path = None if key is None else property_at(side, key)
        if path is None:
            return part
        return settings.get(path) or value_on(side.schema, machine, path) or part

    return mapped(condition, place)


def _properties(condition: Expr, side: Side) -> Iterator[tuple[str, str]]:
    stack = [condition]
    while stack:
        part = stack.pop()
        if isinstance(part, Member | Select | Item):
            key = key_of(part)
            path = None if key is None else property_at(side, key)
            if path is not None:
                yield path
        stack += children(part)
