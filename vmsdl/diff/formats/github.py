"""A report as GitHub's annotations: lines of a log that GitHub shows beside the source."""

from vmsdl.diagnostics.render.github import render_worst
from vmsdl.diff.formats.diagnostics import to_diagnostic
from vmsdl.diff.formats.grouped import make_blocks
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    """Only blocks that have an effect and are not suppressed: notes beside every harmless line
    would hide them."""
    blocks = make_blocks(report, requirement)
    return render_worst(
        to_diagnostic(block) for block in blocks if not (block.is_harmless or block.is_suppressed)
    )
