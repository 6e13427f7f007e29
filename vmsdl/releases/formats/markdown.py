"""A matrix for a wiki or a pull request."""

from collections.abc import Iterator

from vmsdl.diff.formats import markdown as report_markdown
from vmsdl.diff.policy import Requirement
from vmsdl.diff.verdict import Verdict
from vmsdl.releases.baseline import BaselineProblem
from vmsdl.releases.compare_all import AllReleases
from vmsdl.releases.findings import HistoryFinding
from vmsdl.releases.formats import shared
from vmsdl.releases.matrix import Group, Matrix
from vmsdl.releases.matrix_table import Note
from vmsdl.releases.operator_advice import Advice


def render(matrix: Matrix) -> str:
    lines = list(fault_lines(matrix.faults))
    for group in matrix.groups:
        named = shared.machines(group, matrix)
        lines += ["", f"## On {_cell(named)}"] if named else []
        notes = shared.footnotes(group)
        lines += ["", *_table(group, notes)]
        lines += (
            ["", *(_note(note, number) for number, note in enumerate(notes, start=1))]
            if notes
            else []
        )
        if group.findings:
            lines += ["", "### What several moves show", "", *finding_lines(group.findings)]
        for title, moves in (("Upgrade", group.upgrades), ("Rollback", group.rollbacks)):
            if moves:
                lines += ["", f"### {title}", ""]
                lines += [line for move in moves for line in _advice(move, title == "Upgrade")]
    return "\n".join(lines).lstrip("\n") + "\n"


def render_all(found: AllReleases, requirement: Requirement) -> str:
    """A report for each release that there is something to say of; the others in one line."""
    parts = ["\n".join(fault_lines(found.faults)) + "\n"] if found.faults else []
    quiet = [report.old for report in found.reports if not report.findings]
    parts += [
        report_markdown.render(report, requirement) for report in found.reports if report.findings
    ]
    if quiet:
        parts.append(f"{', '.join(quiet)} → {found.new}: nothing to tell, in either direction.\n")
    if found.findings:
        parts.append(
            "\n".join(["### With other releases", "", *finding_lines(found.findings)]) + "\n"
        )
    parts += [f"- **{each.rule}**: {_cell(each.message)}\n" for each in found.lapses]
    return "\n".join(parts)


def fault_lines(faults: tuple[BaselineProblem, ...]) -> Iterator[str]:
    for fault in faults:
        yield f"- **{fault.rule}**: {_cell(fault.message)}; {_cell(fault.help)}"


def _table(group: Group, notes: list[Note]) -> Iterator[str]:
    names = [_cell(", ".join(each)) for each in group.table.names]
    if len(names) == 1:
        yield f"{names[0]}: each loads what each other saves, at any time"
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
            numbers = ", ".join(map(str, shared.numbers(cell, notes)))
            row.append(f"{verdict} <sup>{numbers}</sup>" if numbers else verdict)
        yield f"| {' | '.join(row)} |"


def _note(note: Note, number: int) -> str:
    error = f": {_cell(note.outcome.error)}" if note.outcome.error else ""
    return f"{number}. `{note.path}`: {_cell(shared.outcome(note.outcome, code))}{error}"


def finding_lines(findings: tuple[HistoryFinding, ...]) -> Iterator[str]:
    for finding in findings:
        told = finding.outcome
        way = " → ".join(finding.versions)
        yield f"- {way}, `{finding.path}`: {_cell(finding.message)} [{finding.rule}]"
        example = shared.example(told)
        parts = [shared.outcome(told, code), *([example] if example else [])]
        yield f"  <br>{_cell('; '.join(parts))}"
        if finding.also:
            yield f"  <br>also {', '.join(' → '.join(way) for way in finding.also)}"
        yield f"  <br>{_cell(finding.help)}"


def _advice(move: Advice, is_upgrade: bool) -> Iterator[str]:
    where = ", ".join(move.others)
    yield f"- {'from' if is_upgrade else 'to'} **{_cell(where)}**: {move.lead}"
    for case in move.cases:
        first, *rest = shared.case(case, code)
        doc = [f"*{_cell(case.doc)}*"] if case.doc else []
        yield f"  - `{case.path}`: {'; '.join([_cell(first), *map(_cell, rest), *doc])}"


def code(text: str) -> str:
    return f"`{text}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
