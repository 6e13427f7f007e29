"""A matrix for a terminal."""

from collections.abc import Iterator

from vmsdl.diff.formats import text as report_text
from vmsdl.diff.policy import Requirement
from vmsdl.releases.baseline import BaselineProblem
from vmsdl.releases.compare_all import AllReleases
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.formats import shared
from vmsdl.releases.matrix import Matrix, MatrixGroup
from vmsdl.releases.matrix_table import CellNote
from vmsdl.releases.operator_advice import Advice


def render(matrix: Matrix) -> str:
    parts = [render_problems(matrix.problems)] if matrix.problems else []
    for group in matrix.groups:
        machines = shared.describe_machines(group, matrix)
        lines = [f"on {machines}"] if machines else []
        notes = shared.collect_notes(group)
        parts.append([*lines, *_render_table(group, notes)])
        if notes:
            numbered = enumerate(notes, start=1)
            parts.append([line for number, note in numbered for line in _render_note(note, number)])
        parts += [render_finding(finding) for finding in group.findings]
        for title, moves in (("upgrade", group.upgrades), ("rollback", group.rollbacks)):
            if moves:
                parts.append(
                    [title, *(line for move in moves for line in _render_advice(move, title))]
                )
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def render_all(found: AllReleases, requirement: Requirement, *, color: bool = False) -> str:
    """A report for each release with findings; the others in one line."""
    parts = (
        ["".join(f"{line}\n" for line in render_problems(found.problems))] if found.problems else []
    )
    unchanged = [report.old for report in found.reports if not report.findings]
    parts += [
        report_text.render(report, requirement, color=color)
        for report in found.reports
        if report.findings
    ]
    if unchanged:
        parts.append(f"{', '.join(unchanged)} -> {found.new}: no findings in either direction\n")
    parts += ["".join(f"{line}\n" for line in render_finding(each)) for each in found.findings]
    parts += [
        f"{stale.message} [{stale.rule}]\n  help: {stale.help}\n"
        for stale in found.stale_suppressions
    ]
    return "\n".join(parts)


def render_problems(problems: tuple[BaselineProblem, ...]) -> list[str]:
    return [
        line
        for problem in problems
        for line in (f"{problem.message} [{problem.rule}]", f"  help: {problem.help}")
    ]


def _render_table(group: MatrixGroup, notes: list[CellNote]) -> list[str]:
    names = [", ".join(each) for each in group.table.names]
    if len(names) == 1:
        return [f"{names[0]}: each loads the state of every other, at any time"]
    rows = [["saves \\ loads", *names]]
    for i, name in enumerate(names):
        row = [name]
        for j in range(len(names)):
            cell = group.table.cells.get((i, j))
            if cell is None:
                row.append("-")
                continue
            numbers = " ".join(f"[{number}]" for number in shared.number_notes(cell, notes))
            row.append(f"{cell.verdict} {numbers}".rstrip())
        rows.append(row)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _render_note(note: CellNote, number: int) -> list[str]:
    lines = [f"[{number}] {note.path}: {shared.describe_result(note.result)}"]
    if note.result.detail:
        lines.append(f"    {note.result.detail}")
    return lines


def render_finding(finding: HistoryFinding) -> list[str]:
    lines = [
        f"{' -> '.join(finding.versions)}: {finding.path}: {finding.message} [{finding.rule}]",
        f"  {shared.describe_result(finding.result)}",
    ]
    example = shared.describe_example(finding.result)
    lines += [f"    {example}"] if example else []
    lines += [f"    {finding.result.detail}"] if finding.result.detail else []
    lines += [f"  also {' -> '.join(path)}" for path in finding.also]
    return [*lines, f"  help: {finding.help}"]


def _render_advice(move: Advice, title: str) -> Iterator[str]:
    preposition = "from" if title == "upgrade" else "to"
    yield f"  {preposition} {', '.join(move.others)}: {move.lead}"
    for case in move.cases:
        first, *rest = shared.describe_case(case)
        yield f"    {case.path}: {first}"
        yield from (f"      {line}" for line in rest)
        if case.doc:
            yield f"      {case.doc}"
