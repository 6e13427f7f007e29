"""A matrix for a wiki or a pull request."""

from collections.abc import Iterator

from vmsdl.diff.formats import markdown as report_markdown
from vmsdl.diff.policy import Requirement
from vmsdl.diff.verdict import Verdict
from vmsdl.releases.baseline import BaselineProblem
from vmsdl.releases.compare_all import AllReleases
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.formats import shared
from vmsdl.releases.matrix import Matrix, MatrixGroup
from vmsdl.releases.matrix_table import CellNote
from vmsdl.releases.operator_advice import Advice


def render(matrix: Matrix) -> str:
    lines = list(render_problems(matrix.problems))
    for group in matrix.groups:
        machines = shared.describe_machines(group, matrix)
        lines += ["", f"## On {_escape_cell(machines)}"] if machines else []
        notes = shared.collect_notes(group)
        lines += ["", *_render_table(group, notes)]
        lines += (
            ["", *(_render_note(note, number) for number, note in enumerate(notes, start=1))]
            if notes
            else []
        )
        if group.findings:
            lines += [
                "",
                "### Findings across several releases",
                "",
                *render_findings(group.findings),
            ]
        for title, moves in (("Upgrade", group.upgrades), ("Rollback", group.rollbacks)):
            if moves:
                lines += ["", f"### {title}", ""]
                lines += [
                    line for move in moves for line in _render_advice(move, title == "Upgrade")
                ]
    return "\n".join(lines).lstrip("\n") + "\n"


def render_all(found: AllReleases, requirement: Requirement) -> str:
    """A report for each release with findings; the others in one line."""
    parts = ["\n".join(render_problems(found.problems)) + "\n"] if found.problems else []
    unchanged = [report.old for report in found.reports if not report.findings]
    parts += [
        report_markdown.render(report, requirement) for report in found.reports if report.findings
    ]
    if unchanged:
        parts.append(f"{', '.join(unchanged)} → {found.new}: no findings in either direction.\n")
    if found.findings:
        parts.append(
            "\n".join(
                ["### Findings across several releases", "", *render_findings(found.findings)]
            )
            + "\n"
        )
    parts += [
        f"- **{each.rule}**: {_escape_cell(each.message)}\n" for each in found.stale_suppressions
    ]
    return "\n".join(parts)


def render_problems(problems: tuple[BaselineProblem, ...]) -> Iterator[str]:
    for problem in problems:
        yield f"- **{problem.rule}**: {_escape_cell(problem.message)}; {_escape_cell(problem.help)}"


def _render_table(group: MatrixGroup, notes: list[CellNote]) -> Iterator[str]:
    names = [_escape_cell(", ".join(each)) for each in group.table.names]
    if len(names) == 1:
        yield f"{names[0]}: each loads the state of every other, at any time"
        return
    yield f"| saves \\\\ loads | {' | '.join(names)} |"
    yield "|---" * (len(names) + 1) + "|"
    for i, name in enumerate(names):
        row = [f"**{name}**"]
        for j in range(len(names)):
            cell = group.table.cells.get((i, j))
            if cell is None:
                row.append("")
                continue
            verdict = "ok" if cell.verdict is Verdict.OK else f"**{cell.verdict}**"
            numbers = ", ".join(map(str, shared.number_notes(cell, notes)))
            row.append(f"{verdict} <sup>{numbers}</sup>" if numbers else verdict)
        yield f"| {' | '.join(row)} |"


def _render_note(note: CellNote, number: int) -> str:
    error = f": {_escape_cell(note.result.detail)}" if note.result.detail else ""
    return (
        f"{number}. `{note.path}`: {_escape_cell(shared.describe_result(note.result, code))}{error}"
    )


def render_findings(findings: tuple[HistoryFinding, ...]) -> Iterator[str]:
    for finding in findings:
        result = finding.result
        path = " → ".join(finding.versions)
        yield f"- {path}, `{finding.path}`: {_escape_cell(finding.message)} [{finding.rule}]"
        example = shared.describe_example(result)
        parts = [shared.describe_result(result, code), *([example] if example else [])]
        yield f"  <br>{_escape_cell('; '.join(parts))}"
        if finding.also:
            yield f"  <br>also {', '.join(' → '.join(path) for path in finding.also)}"
        yield f"  <br>{_escape_cell(finding.help)}"


def _render_advice(move: Advice, is_upgrade: bool) -> Iterator[str]:
    where = ", ".join(move.others)
    yield f"- {'from' if is_upgrade else 'to'} **{_escape_cell(where)}**: {move.lead}"
    for case in move.cases:
        first, *rest = shared.describe_case(case, code)
        doc = [f"*{_escape_cell(case.doc)}*"] if case.doc else []
        yield (
            f"  - `{case.path}`: {'; '.join([_escape_cell(first), *map(_escape_cell, rest), *doc])}"
        )


def code(text: str) -> str:
    return f"`{text}`"


def _escape_cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
