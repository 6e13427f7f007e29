"""Diagnostics as a SARIF 2.1.0 log: what code scanning services read."""

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from vmsdl.diagnostics.codes import CODES
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Fix, Label, Severity
from vmsdl.diagnostics.order import sort_by_place
from vmsdl.source import Span
from vmsdl.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS = {
    Severity.BUG: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
}


def render(diagnostics: Iterable[Diagnostic]) -> str:
    return render_log(sort_by_place(diagnostics), CODES)


def render_log(found: list[Diagnostic], known: Mapping[str, Code]) -> str:
    """One run. Its rules are all known codes, used or not, so that services can list them.

    This reads the explanations of all of them.
    """
    # A code that is not known is a bug of ours, which must not break the log.
    codes = {**known, **{d.code.slug: d.code for d in found}}
    index = {slug: number for number, slug in enumerate(codes)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "vmsdl",
                        "version": VERSION,
                        "rules": [_build_rule(code) for code in codes.values()],
                    }
                },
                # Our columns are characters. SARIF assumes UTF-16 units.
                "columnKind": "unicodeCodePoints",
                "results": [_build_result(diagnostic, index) for diagnostic in found],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


def _build_rule(code: Code) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": code.slug,
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
    }
    if code.title:
        rule["shortDescription"] = {"text": code.title}
    if explanation := code.explanation.strip():
        rule["fullDescription"] = {"text": explanation.split("\n\n")[0].replace("\n", " ")}
        rule["help"] = {"text": explanation}
    return rule


def _build_result(diagnostic: Diagnostic, index: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code.slug,
        "ruleIndex": index[diagnostic.code.slug],
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": diagnostic.text},
    }
    placed = [label for label in diagnostic.labels if label.span.source.path]
    if placed and placed[0] is diagnostic.labels[0]:
        result["locations"] = [_build_location(placed[0])]
        placed = placed[1:]
    if placed:
        result["relatedLocations"] = [
            {"id": number, **_build_location(label)} for number, label in enumerate(placed, 1)
        ]
    if diagnostic.fingerprints:
        result["partialFingerprints"] = dict(diagnostic.fingerprints)
    if diagnostic.suppression is not None:
        kind = "inSource" if diagnostic.suppressed_by else "external"
        justification = diagnostic.suppression
        result["suppressions"] = [
            {"kind": kind, "status": "accepted", "justification": justification}
        ]
    if diagnostic.fixes:
        result["fixes"] = [_build_fix(fix) for fix in diagnostic.fixes]
    return result


def _build_location(label: Label) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _format_uri(label.span.source.path)},
            "region": _build_region(label.span),
        }
    }
    if label.text:
        location["message"] = {"text": label.text}
    return location


def _build_region(span: Span) -> dict[str, int]:
    first, last = span.first, span.last
    return {
        "startLine": first.line,
        "startColumn": first.column,
        "endLine": last.line,
        "endColumn": last.column,
    }


def _build_fix(fix: Fix) -> dict[str, Any]:
    files: dict[str, list[dict[str, Any]]] = {}
    for each in fix.replacements:
        files.setdefault(_format_uri(each.span.source.path), []).append(
            {"deletedRegion": _build_region(each.span), "insertedContent": {"text": each.text}}
        )
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri}, "replacements": replacements}
            for uri, replacements in files.items()
        ],
    }


def _format_uri(path: str) -> str:
    """A relative reference where the path is relative, else a file: URI."""
    text = quote(path.replace(os.sep, "/"), errors="surrogateescape")
    # A colon in the first part of a reference would make it a scheme.
    return f"file://{text}" if path.startswith("/") else text.replace(":", "%3A")
