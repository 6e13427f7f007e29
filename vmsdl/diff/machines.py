"""From the outcomes of an edit to the machine types on which they can happen."""

from collections.abc import Iterable, Iterator
from functools import partial

from vmsdl.diff.layout.settings import (
    find_property,
    find_settable_paths,
    find_value_on_machine,
)
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DirectionResult, Finding
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE, find_path, map_places
from vmsdl.expr.nodes import Expr, Item, Member, ReceiverValue, Select, children
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.records import dataclass
from vmsdl.schema.description import Machine, Schema
from vmsdl.schema.recorded import is_recorded


def find_affected_machines(
    findings: Iterable[Finding], old: Side, new: Side
) -> tuple[str, ...] | None:
    """The machine types that both have on which one of the two directions can go wrong.

    `findings`: all of one edit. None: no machine type makes a difference.
    """
    found: dict[str, None] = {}
    is_told = False
    for finding in findings:
        for outcome, ends in (
            (finding.old_to_new, _Ends(old, new)),
            (finding.new_to_old, _Ends(new, old)),
        ):
            if outcome.verdict is Verdict.OK:
                continue
            if outcome.condition is None or not ends.depends(outcome.condition):
                return None
            is_told = True
            found |= dict.fromkeys(ends.hit(outcome.condition))
    return tuple(found) if is_told else None


def limit_to_machine(schema: Schema, path: tuple[str, str]) -> str:
    """What a property is on each machine type of a schema, in words: those alike together."""
    if path not in find_settable_paths(schema):
        value = find_value_on_machine(schema, None, path)
        return "not known" if value is None else f"{unparse(value)}, and no machine type sets it"
    groups: dict[str, list[str]] = {}
    for machine in schema.machines:
        value = find_value_on_machine(schema, machine, path)
        groups.setdefault("not known" if value is None else unparse(value), []).append(machine)
    return "; ".join(f"{value} on {_listed(names)}" for value, names in groups.items())


def _listed(names: list[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more


@dataclass(frozen=True, slots=True)
class _Ends:
    """A sender, in whose words conditions are, and a receiver."""

    sender: Side
    receiver: Side

    def depends(self, condition: Expr) -> bool:
        """Some machine type sets what it reads."""
        stack = [condition]
        while stack:
            part = stack.pop()
            found = self._property(part)
            if found is not None and found[1] in find_settable_paths(found[0].schema):
                return True
            stack += children(part)
        return False

    def hit(self, condition: Expr) -> Iterator[str]:
        """The machine types on which it can hold; those that set alike are asked about once."""
        prover = ConditionProver(
            {**self.receiver.schema.enums, **self.sender.schema.enums}, {}, TRUE
        )
        answers: dict[Expr, bool] = {}
        for machine in self._machines():
            settled = map_places(condition, partial(self._settled, machine))
            if settled not in answers:
                answers[settled] = prover.satisfiable(settled).holds is not False
            if answers[settled]:
                yield machine

    def _machines(self) -> list[str]:
        """A stream goes between equal machine types; one side may not have begun to name them."""
        one, other = self.sender.schema.machines, self.receiver.schema.machines
        return [name for name in one or other if name in (other or one)]

    def _settled(self, machine: str, part: Expr) -> Expr:
        found = self._property(part)
        value = None if found is None else find_value_on_machine(found[0].schema, machine, found[1])
        return part if value is None else value

    def _property(self, part: Expr) -> tuple[Side, tuple[str, str]] | None:
        match part:
            case ReceiverValue(path=key):
                side = self.receiver
            case Member() | Select() | Item():
                side, key = self.sender, find_path(part) or ()
            case _:
                return None
        path = find_property(side, key)
        return None if path is None else (side, path)


def report_machine_types(
    old: Iterable[Schema], new: Iterable[Schema], device: str
) -> Iterator[Finding]:
    """They add nothing to the verdicts, which are about machines that both sides can build.

    A side that names none says nothing of them. `device`: the one that is told of first.
    """
    before, after = _of(old), _of(new)
    if not before or not after:
        return
    for name, machine in before.items():
        if name not in after:
            yield Finding(
                rule="machine-type-retired",
                device=device,
                path=f'machine "{name}"',
                message="machines of this type cannot be built any more",
                old_to_new=DirectionResult(
                    Verdict.OK,
                    when=f'on another machine type than "{name}"',
                    error=f'no machine "{name}" can be built there',
                ),
                old=machine.name_span,
                only_in="old",
                help="keep a machine type as long as machines of it run",
            )
    for name, machine in after.items():
        if name not in before:
            yield Finding(
                rule="machine-type-added",
                device=device,
                path=f'machine "{name}"',
                message="machines of this type are new",
                new=machine.name_span,
                only_in="new",
                help="choose an older machine type for what has to be moved back",
            )


def _of(schemas: Iterable[Schema]) -> dict[str, Machine]:
    """Those that a program can build; a stream or a dump names the one machine that it was of."""
    described = [d for schema in schemas for d in schema.descriptions.values()]
    if described and all(map(is_recorded, described)):
        return {}
    return {name: machine for schema in schemas for name, machine in schema.machines.items()}
