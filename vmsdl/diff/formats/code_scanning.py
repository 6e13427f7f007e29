"""A report for programs: JSON, SARIF 2.1.0, and GitHub's annotations."""

import json
from collections.abc import Callable

from vmsdl.diagnostics.render.github import render_worst
from vmsdl.diagnostics.render.sarif import render_log
from vmsdl.diff.formats.grouped import collect_codes, group_findings, to_diagnostic
from vmsdl.diff.formats.json import report_to_json
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report
from vmsdl.resources import read_package_text


def read_report_schema() -> str:
    """The JSON schema that every report keeps to."""
    return read_package_text("diff", "formats", "report.schema.json")


def to_json(report: Report, requirement: Requirement) -> str:
    return json.dumps(report_to_json(report), indent=1, ensure_ascii=False) + "\n"


def to_sarif(report: Report, requirement: Requirement) -> str:
    codes = collect_codes()
    return render_log(
        [to_diagnostic(each, codes) for each in group_findings(report, requirement)], codes
    )


def to_github(report: Report, requirement: Requirement) -> str:
    """Of what has consequences: a note beside every harmless line, or beside what somebody has
    looked at and accepted, would bury them."""
    found = [
        each
        for each in group_findings(report, requirement)
        if not each.is_harmless and not each.is_accepted
    ]
    return render_worst(to_diagnostic(each, {}) for each in found)


FORMATS: dict[str, Callable[[Report, Requirement], str]] = {
    "json": to_json,
    "sarif": to_sarif,
    "github": to_github,
}
