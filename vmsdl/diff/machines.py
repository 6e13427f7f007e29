"""Machine types: on which of them a finding can happen, and findings about the types themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from vmsdl.diff.direction import Direction
from vmsdl.diff.layout.settings import (
    find_property,
    find_settable_paths,
    find_value_on_machine,
)
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DirectionResult, Finding, MachineVerdicts
from vmsdl.diff.verdict import Verdict, Verdicts
from vmsdl.expr.logic import TRUE, find_path, map_places
from vmsdl.expr.nodes import Expr, Item, Member, ReceiverValue, Select, children
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.records import dataclass
from vmsdl.schema.description import Machine, Schema
from vmsdl.schema.recorded import is_recorded

MISSING_ENTRY = "compat-entry-missing"
HELP_MISSING_ENTRY = (
    "set the value that omits it on the newest machine type that the old version knows"
)


def word_missing_entry(name: str, machines: Sequence[str]) -> str:
    verb = "does" if len(machines) == 1 else "do"
    return (
        f"property `{name}` controls what is sent, but machine {quote_machines(machines)} {verb}"
        " not set it"
    )


def quote_machines(names: Sequence[str], most: int = 4) -> str:
    """The first of them, and how many more there are."""
    quoted = ", ".join(f'"{name}"' for name in names[:most])
    more = len(names) - most
    return f"{quoted} and {more} more" if more > 0 else quoted


def find_affected_machines(
    findings: Iterable[Finding], old: Side, new: Side
) -> tuple[str, ...] | None:
    """The machine types of both sides on which one of the two directions can go wrong.

    `findings`: all of one edit. None: the machine type makes no difference.
    """
    found: dict[str, None] = {}
    is_bad = False
    for finding in findings:
        for direction in Direction:
            result = finding.result(direction)
            if result.verdict is Verdict.OK:
                continue
            ends = _MigrationEnds(*direction.order_ends(old, new))
            if result.expression is None or not ends.reads_machine_type(result.expression):
                return None
            is_bad = True
            found |= dict.fromkeys(ends.find_machines(result.expression))
    return tuple(found) if is_bad else None


def describe_machines(
    verdicts: Sequence[tuple[tuple[str, ...], Verdicts]],
) -> tuple[MachineVerdicts, ...]:
    """The machine types by their verdicts; nothing where all have the same."""
    groups: dict[Verdicts, list[str]] = {}
    for names, each in verdicts:
        groups.setdefault(each, []).extend(names)
    if len(groups) < 2:
        return ()
    return tuple(MachineVerdicts(tuple(names), each) for each, names in groups.items())


def merge_findings(
    found: Sequence[tuple[tuple[str, ...], Sequence[Finding]]],
) -> list[Finding]:
    """What was found on several groups of machine types, each finding once, with those that it is
    about. An edit with an effect on some of them is not listed as one without an effect."""
    if len(found) == 1:
        return list(found[0][1])
    merged: list[tuple[Finding, list[str]]] = []
    for names, findings in found:
        for each in findings:
            known = next((names for other, names in merged if other == each), None)
            if known is None:
                merged.append((each, list(names)))
            else:
                known += names
    every = sum(len(names) for names, _ in found)
    effective = [_identify_edit(each) for each, _ in merged if not is_silent(each)]
    return [
        each if len(names) == every else replace(each, machine_types=tuple(names))
        for each, names in merged
        if not is_silent(each) or _identify_edit(each) not in effective
    ]


def is_silent(finding: Finding) -> bool:
    """Nothing is reported of it but that it is there."""
    results = (finding.old_to_new, finding.new_to_old, finding.new_to_new)
    return all(result.is_silent for result in results)


def find_losing(findings: Iterable[Finding]) -> frozenset[Direction]:
    """The directions in which some state loses a value, and that is not suppressed."""
    return frozenset(
        direction
        for finding in findings
        for direction in Direction
        if (result := finding.result(direction)).verdict is Verdict.LOSSY
        and result.suppression is None
    )


def _identify_edit(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.path, finding.message, finding.old, finding.new


def limit_to_machine(schema: Schema, path: tuple[str, str]) -> str:
    """The value of a property on each machine type of a schema, as a phrase."""
    if path not in find_settable_paths(schema):
        value = find_value_on_machine(schema, None, path)
        return "unknown" if value is None else f"{unparse(value)}, not set by any machine type"
    groups: dict[str, list[str]] = {}
    for machine in schema.machines:
        value = find_value_on_machine(schema, machine, path)
        groups.setdefault("unknown" if value is None else unparse(value), []).append(machine)
    return "; ".join(f"{value} on {_list_names(names)}" for value, names in groups.items())


def _list_names(names: list[str], most: int = 6) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more


@dataclass(frozen=True, slots=True)
class _MigrationEnds:
    """The sender, whose fields conditions are about, and the receiver."""

    sender: Side
    receiver: Side

    def reads_machine_type(self, condition: Expr) -> bool:
        """Whether it reads a property that some machine type sets."""
        stack = [condition]
        while stack:
            part = stack.pop()
            found = self._find_property(part)
            if found is not None and found[1] in find_settable_paths(found[0].schema):
                return True
            stack += children(part)
        return False

    def find_machines(self, condition: Expr) -> Iterator[str]:
        """The machine types on which a condition can hold."""
        prover = ConditionProver(
            {**self.receiver.schema.enums, **self.sender.schema.enums}, {}, TRUE
        )
        # Many machine types set the same values: each question is asked once.
        answers: dict[Expr, bool] = {}
        for machine in self._shared_machines():
            question = map_places(condition, partial(self._insert_value, machine))
            if question not in answers:
                answers[question] = prover.satisfiable(question).holds is not False
            if answers[question]:
                yield machine

    def _shared_machines(self) -> list[str]:
        """Those of both sides: both run the same machine type. A side that names none has all."""
        one, other = self.sender.schema.machines, self.receiver.schema.machines
        return [name for name in one or other if name in (other or one)]

    def _insert_value(self, machine: str, part: Expr) -> Expr:
        """The value that a machine type gives a property."""
        found = self._find_property(part)
        value = None if found is None else find_value_on_machine(found[0].schema, machine, found[1])
        return part if value is None else value

    def _find_property(self, part: Expr) -> tuple[Side, tuple[str, str]] | None:
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
    """Machine types that came or went. They do not change verdicts, which are about machines that
    both sides can build. A side that names no machine types is not compared.

    `device`: the device that the findings are listed under.
    """
    before, after = _collect_machines(old), _collect_machines(new)
    if not before or not after:
        return
    for name, machine in before.items():
        if name not in after:
            yield Finding(
                rule="machine-type-retired",
                device=device,
                path=f'machine "{name}"',
                message="this machine type was removed",
                old_to_new=DirectionResult(
                    Verdict.OK,
                    condition=f'on another machine type than "{name}"',
                    detail=f'the receiver has no machine type "{name}"',
                ),
                old=machine.name_span,
                only_in="old",
                help="keep a machine type as long as machines use it",
            )
    for name, machine in after.items():
        if name not in before:
            yield Finding(
                rule="machine-type-added",
                device=device,
                path=f'machine "{name}"',
                message="this machine type was added",
                new=machine.name_span,
                only_in="new",
                help="use an older machine type for machines that must migrate back",
            )


def _collect_machines(schemas: Iterable[Schema]) -> dict[str, Machine]:
    """The machine types that a program can build. A stream or dump names only the one that it was
    made on."""
    described = [d for schema in schemas for d in schema.descriptions.values()]
    if described and all(map(is_recorded, described)):
        return {}
    return {name: machine for schema in schemas for name, machine in schema.machines.items()}
