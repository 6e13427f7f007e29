"""From frozen releases and the working schemas to what `vmsdl matrix` reports."""

from collections.abc import Iterable
from dataclasses import dataclass

from vmsdl.releases.baseline import Baseline, BaselineProblem
from vmsdl.releases.chains import find_chain_findings
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.history import History, find_machines, make_version
from vmsdl.releases.matrix_table import MatrixTable, build_tables
from vmsdl.releases.operator_advice import Advice, find_advice
from vmsdl.releases.release_names import NOW
from vmsdl.releases.support_window import find_shrunk_support
from vmsdl.schema.description import Schema


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    """The machine types with one table, and what is found on them."""

    table: MatrixTable
    findings: tuple[HistoryFinding, ...]
    upgrades: tuple[Advice, ...]
    rollbacks: tuple[Advice, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    versions: tuple[str, ...]
    groups: tuple[MatrixGroup, ...]
    problems: tuple[BaselineProblem, ...]


def build_matrix(baseline: Baseline, now: Iterable[Schema], machine: str | None = None) -> Matrix:
    """Each version with each other, for one machine type or for all."""
    history = build_history(baseline, now)
    names = tuple(each.name for each in history.versions)
    if not baseline.releases:
        return Matrix(names, (), baseline.problems)
    machines = [machine] if machine else [None, *find_machines(history.versions)]
    found = []
    for table in build_tables(history, machines):
        first = table.machines[0]
        findings = (*find_shrunk_support(history, first), *find_chain_findings(history, first))
        found.append(MatrixGroup(table, findings, *find_advice(table, history)))
    return Matrix(names, tuple(found), baseline.problems)


def build_history(baseline: Baseline, now: Iterable[Schema]) -> History:
    """The releases, oldest first, then the working schemas."""
    releases = [make_version(each.name, each.schemas) for each in baseline.releases]
    return History([*releases, make_version(NOW, now)])
