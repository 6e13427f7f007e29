"""Diagnostics as workflow commands of GitHub Actions, which become annotations of the code."""

from collections.abc import Iterable

from vmsdl.diagnostics.diagnostic import Diagnostic, Severity
from vmsdl.diagnostics.order import sort_by_place

MOST_ANNOTATIONS = 10  # GitHub shows ten annotations of a step, and drops the rest silently

_LEVELS = {
    Severity.BUG: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}
_WORST_FIRST = list(_LEVELS)


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands that GitHub shows beside the code."""
    return render_worst(d for d in sort_by_place(diagnostics) if d.suppression is None)


def render_worst(diagnostics: Iterable[Diagnostic]) -> str:
    """The worst ten, and how many more there are. Those of one severity keep their order."""
    found = sorted(diagnostics, key=lambda d: _WORST_FIRST.index(d.severity))
    lines = [_format_command(diagnostic) for diagnostic in found[:MOST_ANNOTATIONS]]
    rest = found[MOST_ANNOTATIONS:]
    if rest:
        counts = {severity: sum(d.severity is severity for d in rest) for severity in _WORST_FIRST}
        words = [f"{n} {s}{'s' if n > 1 else ''}" for s, n in counts.items() if n]
        # GitHub shows ten of each level, and this line must not be an eleventh.
        level = "notice" if found[0].severity is not Severity.NOTE else "warning"
        lines.append(f"::{level} title=vmsdl::{', '.join(words)} more, see the log")
    return "".join(f"{line}\n" for line in lines)


def _format_command(diagnostic: Diagnostic) -> str:
    properties: dict[str, str] = {}
    if diagnostic.labels and (path := diagnostic.span.source.path):
        first, last = diagnostic.span.first, diagnostic.span.last
        properties = {"file": path, "line": str(first.line), "endLine": str(last.line)}
        # GitHub accepts columns only for a span within one line.
        if first.line == last.line:
            properties |= {"col": str(first.column), "endColumn": str(last.column)}
    properties["title"] = diagnostic.code.slug
    parameters = ",".join(f"{key}={_escape(value, ':,')}" for key, value in properties.items())
    return f"::{_LEVELS[diagnostic.severity]} {parameters}::{_escape(diagnostic.text)}"


def _escape(text: str, also: str = "") -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text
