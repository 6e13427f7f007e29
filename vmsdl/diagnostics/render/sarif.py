"""Diagnostics as a SARIF 2.1.0 log: what code scanning services read."""

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from vmsdl.diagnostics.codes import CODES
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Fix, Label, Severity
from vmsdl.diagnostics.render.text import sort_by_place
from vmsdl.source import Span
from vmsdl.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS = {
    Severity.BUG: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
}


def to_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    return log(sort_by_place(diagnostics), CODES)


def log(found: list[Diagnostic], catalogue: Mapping[str, Code]) -> str:
    """One run; its rules are all of the catalogue, used or not, so that services can list them."""
    # A code outside the catalogue would be our fault, and must still not break the log.
    codes = {**catalogue, **{d.code.slug: d.code for d in found}}
    index = {slug: number for number, slug in enumerate(codes)}
    written = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "vmsdl",
                        "version": VERSION,
                        "rules": [_rule(code) for code in codes.values()],
                    }
                },
                # Ours are characters, not the UTF-16 units that SARIF assumes.
                "columnKind": "unicodeCodePoints",
                "results": [_result(diagnostic, index) for diagnostic in found],
            }
        ],
    }
    return json.dumps(written, indent=2) + "\n"


def _rule(code: Code) -> dict[str, Any]:
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


def _result(diagnostic: Diagnostic, index: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code.slug,
        "ruleIndex": index[diagnostic.code.slug],
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": diagnostic.text},
    }
    placed = [label for label in diagnostic.labels if label.span.source.path]
    if placed and placed[0] is diagnostic.labels[0]:
        result["locations"] = [_location(placed[0])]
        placed = placed[1:]
    if placed:
        result["relatedLocations"] = [
            {"id": number, **_location(label)} for number, label in enumerate(placed, 1)
        ]
    if diagnostic.fingerprints:
        result["partialFingerprints"] = dict(diagnostic.fingerprints)
    if diagnostic.accepted is not None:
        justification = diagnostic.accepted
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": justification}
        ]
    if diagnostic.fixes:
        result["fixes"] = [_fix(fix) for fix in diagnostic.fixes]
    return result


def _location(label: Label) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(label.span.source.path)},
            "region": _region(label.span),
        }
    }
    if label.text:
        location["message"] = {"text": label.text}
    return location


def _region(span: Span) -> dict[str, int]:
    first, last = span.first, span.last
    return {
        "startLine": first.line,
        "startColumn": first.column,
        "endLine": last.line,
        "endColumn": last.column,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    files: dict[str, list[dict[str, Any]]] = {}
    for each in fix.replacements:
        files.setdefault(_uri(each.span.source.path), []).append(
            {"deletedRegion": _region(each.span), "insertedContent": {"text": each.text}}
        )
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri}, "replacements": replacements}
            for uri, replacements in files.items()
        ],
    }


def _uri(path: str) -> str:
    """A relative reference where the path is relative, else a file: URI."""
    text = quote(path.replace(os.sep, "/"), errors="surrogateescape")
    # A colon in the first part of a reference would make it a scheme.
    return f"file://{text}" if path.startswith("/") else text.replace(":", "%3A")
