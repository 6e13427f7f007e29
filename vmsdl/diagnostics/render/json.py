"""Diagnostics as JSON."""

import json
from collections.abc import Iterable

from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.diagnostics.order import sort_by_place


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of objects. Lines and columns count from 1, and ends are exclusive."""
    records = [_build_record(diagnostic) for diagnostic in sort_by_place(diagnostics)]
    return json.dumps(records, indent=2) + "\n"


def _build_record(diagnostic: Diagnostic) -> dict[str, object]:
    primary = diagnostic.labels[0] if diagnostic.labels else None
    related = [
        {"message": label.text, **_build_place(label)}
        for label in diagnostic.labels[1:]
        if label.span.source.path
    ]
    return {
        "code": diagnostic.code.slug,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        **_build_place(primary),
        "context": diagnostic.context,
        "help": diagnostic.help,
        "accepted": diagnostic.suppression,
        "related": related,
    }


def _build_place(label: Label | None) -> dict[str, object]:
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
