"""From frozen releases and the working schemas to all that is said of them together."""

from collections.abc import Iterable
from dataclasses import dataclass

from vmsdl.releases.baseline import Baseline, Fault
from vmsdl.releases.chains import chains
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.history import History, machines_of, version
from vmsdl.releases.matrix_table import Table, tables
from vmsdl.releases.operator_advice import Advice, advice
from vmsdl.releases.release_names import NOW
from vmsdl.releases.support_window import shrunk
from vmsdl.schema.description import Schema


@dataclass(frozen=True, slots=True)
class Group:
    """Machine types that all of this holds for."""

    table: Table
    findings: tuple[HistoryFinding, ...]
    upgrades: tuple[Advice, ...]
    rollbacks: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    versions: tuple[str, ...]
    groups: tuple[Group, ...]
    faults: tuple[Fault, ...]


def matrix(baseline: Baseline, now: Iterable[Schema], machine: str | None = None) -> Matrix:
    """Every release and the working schemas with each other, for one machine type or for all."""
    history = history_of(baseline, now)
    names = tuple(each.name for each in history.versions)
    if not baseline.releases:
        return Matrix(names, (), baseline.faults)
    machines = [machine] if machine else [None, *machines_of(history.versions)]
    found = []
    for table in tables(history, machines):
        first = table.machines[0]
        findings = (*shrunk(history, first), *chains(history, first))
        found.append(Group(table, findings, *advice(table, history)))
    return Matrix(names, tuple(found), baseline.faults)


def history_of(baseline: Baseline, now: Iterable[Schema]) -> History:
    """The releases in order, and behind them the working schemas."""
    releases = [version(each.name, each.schemas) for each in baseline.releases]
    return History([*releases, version(NOW, now)])
