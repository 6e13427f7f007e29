"""A report in every form that `vmsdl diff --format` knows."""

from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report


def render(name: str, report: Report, requirement: Requirement, *, color: bool = False) -> str:
    # Imported here: of six forms one is asked for.
    match name:
        case "text":
            from vmsdl.diff.formats import text

            return text.render(report, requirement, color=color)
        case "markdown":
            from vmsdl.diff.formats import markdown

            return markdown.render(report, requirement)
        case "html":
            from vmsdl.diff.formats import html

            return html.render(report, requirement)
        case _:
            from vmsdl.diff.formats import code_scanning

            return code_scanning.FORMATS[name](report, requirement)
