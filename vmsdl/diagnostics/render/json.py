"""Diagnostics for programs: JSON, SARIF 2.1.0, and GitHub's annotations."""

import json
from collections.abc import Callable, Iterable

from vmsdl.diagnostics.diagnostic import Diagnostic, Label, Severity
from vmsdl.diagnostics.render.sarif import to_sarif
from vmsdl.diagnostics.render.text import sort_by_place

# GitHub shows ten annotations of a step and drops the rest without a word.
ANNOTATIONS = 10

_LEVELS = {
    Severity.BUG: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}
_WORST_FIRST = list(_LEVELS)


def to_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of objects, one a diagnostic; places count from 1, ends are exclusive."""
    records = [_record(diagnostic) for diagnostic in sort_by_place(diagnostics)]
    return json.dumps(records, indent=2) + "\n"


def _record(diagnostic: Diagnostic) -> dict[str, object]:
    primary = diagnostic.labels[0] if diagnostic.labels else None
    related = [
        {"message": label.text, **_place(label)}
        for label in diagnostic.labels[1:]
        if label.span.source.path
    ]
    return {
        "code": diagnostic.code.slug,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        **_place(primary),
        "context": diagnostic.context,
        "help": diagnostic.help,
        "related": related,
    }


def _place(label: Label | None) -> dict[str, object]:
    if label is None or not label.span.source.path:
        return dict.fromkeys(("file", "line", "column", "end_line", "end_column"))
    first, last = label.span.first, label.span.last
    return {
        "file": label.span.source.path,
        "line": first.line,
        "column": first.column,
        "end_line": last.line,
        "end_column": last.column,
    }


def to_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands that GitHub shows beside the code."""
    return annotations(sort_by_place(diagnostics))


def annotations(diagnostics: Iterable[Diagnostic]) -> str:
    """The worst ten, those of one severity in the order given, and how many more there are."""
    found = sorted(diagnostics, key=lambda d: _WORST_FIRST.index(d.severity))
    lines = [_command(diagnostic) for diagnostic in found[:ANNOTATIONS]]
    rest = found[ANNOTATIONS:]
    if rest:
        counts = {severity: sum(d.severity is severity for d in rest) for severity in _WORST_FIRST}
        words = [f"{n} {s}{'s' if n > 1 else ''}" for s, n in counts.items() if n]
        # Ten are shown of each level: this line must not be an eleventh.
        level = "notice" if found[0].severity is not Severity.NOTE else "warning"
        lines.append(f"::{level} title=vmsdl::and {', '.join(words)} more; see the log")
    return "".join(f"{line}\n" for line in lines)


def _command(diagnostic: Diagnostic) -> str:
    place = _place(diagnostic.labels[0] if diagnostic.labels else None)
    properties: dict[str, str] = {}
    if place["file"] is not None:
        properties = {
            "file": str(place["file"]),
            "line": str(place["line"]),
            "endLine": str(place["end_line"]),
        }
        # GitHub takes columns only of a span within one line.
        if place["line"] == place["end_line"]:
            properties |= {"col": str(place["column"]), "endColumn": str(place["end_column"])}
    properties["title"] = diagnostic.code.slug
    written = ",".join(f"{key}={_escape(value, ':,')}" for key, value in properties.items())
    return f"::{_LEVELS[diagnostic.severity]} {written}::{_escape(diagnostic.text)}"


def _escape(text: str, also: str = "") -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


FORMATS: dict[str, Callable[[Iterable[Diagnostic]], str]] = {
    "json": to_json,
    "sarif": to_sarif,
    "github": to_github,
}
