"""A report as a SARIF 2.1.0 log, for code scanning services."""

from vmsdl.diagnostics.diagnostic import Code, Severity
from vmsdl.diagnostics.render.sarif import render_log
from vmsdl.diff.formats.diagnostics import to_diagnostic
from vmsdl.diff.formats.grouped import make_blocks
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report
from vmsdl.diff.rules.registry import BY_SLUG


def render(report: Report, requirement: Requirement, *, color: bool = False) -> str:
    codes = {
        slug: Code(slug, Severity.WARNING, rule.title.rstrip("."), rule.page)
        for slug, rule in BY_SLUG.items()
    }
    blocks = make_blocks(report, requirement, joins_absent=False)
    return render_log([to_diagnostic(block, codes) for block in blocks], codes)
