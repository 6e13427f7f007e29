"""A report as GitHub's annotations: lines of a log that GitHub shows beside the source."""

from vmsdl.diagnostics.render.github import render_worst
from vmsdl.diff.formats.diagnostics import to_diagnostic
from vmsdl.diff.formats.grouped import group_findings
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    """Only groups that have an effect and are not suppressed: notes beside every harmless line
    would hide them."""
    groups = group_findings(report, requirement)
    return render_worst(
        to_diagnostic(group) for group in groups if not (group.is_harmless or group.is_suppressed)
    )
