"""A matrix for a terminal."""

from collections.abc import Iterator

from vmsdl.diff.formats import text as report_text
from vmsdl.diff.policy import Requirement
from vmsdl.releases.baseline import BaselineProblem
from vmsdl.releases.compare_all import AllReleases
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.formats import shared
from vmsdl.releases.matrix import Group, Matrix
from vmsdl.releases.matrix_table import Note
from vmsdl.releases.operator_advice import Advice


def render(matrix: Matrix) -> str:
    parts = [fault_lines(matrix.faults)] if matrix.faults else []
    for group in matrix.groups:
        named = shared.machines(group, matrix)
        lines = [f"on {named}"] if named else []
        notes = shared.footnotes(group)
        parts.append([*lines, *_table(group, notes)])
        told = enumerate(notes, start=1)
        parts += [[line for number, note in told for line in _note(note, number)]] if notes else []
        parts += [finding_lines(finding) for finding in group.findings]
        for title, moves in (("upgrade", group.upgrades), ("rollback", group.rollbacks)):
            if moves:
                parts.append([title, *(line for move in moves for line in _advice(move, title))])
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def render_all(found: AllReleases, requirement: Requirement, *, color: bool = False) -> str:
    """A report for each release that there is something to say of; the others in one line."""
    parts = ["".join(f"{line}\n" for line in fault_lines(found.faults))] if found.faults else []
    quiet = [report.old for report in found.reports if not report.findings]
    parts += [
        report_text.render(report, requirement, color=color)
        for report in found.reports
        if report.findings
    ]
    if quiet:
        parts.append(f"{', '.join(quiet)} -> {found.new}: nothing to tell, in either direction\n")
    parts += ["".join(f"{line}\n" for line in finding_lines(each)) for each in found.findings]
    parts += [f"{lapse.message} [{lapse.rule}]\n  help: {lapse.help}\n" for lapse in found.lapses]
    return "\n".join(parts)


def fault_lines(faults: tuple[BaselineProblem, ...]) -> list[str]:
    return [
        line
        for fault in faults
        for line in (f"{fault.message} [{fault.rule}]", f"  help: {fault.help}")
    ]


def _table(group: Group, notes: list[Note]) -> list[str]:
    names = [", ".join(each) for each in group.table.names]
    if len(names) == 1:
        return [f"{names[0]}: each loads what each other saves, at any time"]
    rows = [["saves \\ loads", *names]]
    for i, name in enumerate(names):
        row = [name]
        for j in range(len(names)):
            cell = group.table.cells.get((i, j))
            if cell is None:
                row.append("-")
                continue
            numbers = " ".join(f"[{number}]" for number in shared.numbers(cell, notes))
            row.append(f"{cell.verdict} {numbers}".rstrip())
        rows.append(row)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _note(note: Note, number: int) -> list[str]:
    lines = [f"[{number}] {note.path}: {shared.outcome(note.outcome)}"]
    if note.outcome.error:
        lines.append(f"    {note.outcome.error}")
    return lines


def finding_lines(finding: HistoryFinding) -> list[str]:
    lines = [
        f"{' -> '.join(finding.versions)}: {finding.path}: {finding.message} [{finding.rule}]",
        f"  {shared.outcome(finding.outcome)}",
    ]
    example = shared.example(finding.outcome)
    lines += [f"    {example}"] if example else []
    lines += [f"    {finding.outcome.error}"] if finding.outcome.error else []
    lines += [f"  also {' -> '.join(way)}" for way in finding.also]
    return [*lines, f"  help: {finding.help}"]


def _advice(move: Advice, title: str) -> Iterator[str]:
    preposition = "from" if title == "upgrade" else "to"
    yield f"  {preposition} {', '.join(move.others)}: {move.lead}"
    for case in move.cases:
        first, *rest = shared.case(case)
        yield f"    {case.path}: {first}"
        yield from (f"      {line}" for line in rest)
        if case.doc:
            yield f"      {case.doc}"
