"""Diagnostics as a SARIF 2.1.0 log: what code scanning services read."""

import json
import os
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from vmsdl.diagnostics.catalogue import CODES
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, Severity
from vmsdl.diagnostics.text import arrange
from vmsdl.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_LEVELS = {
    Severity.BUG: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
}


def to_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    """One run; its rules are all of the catalogue, used or not, so that services can list them."""
    found = arrange(diagnostics)
    # A code outside the catalogue would be our fault, and must still not break the log.
    codes = CODES | {d.code.slug: d.code for d in found}
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
                        "rules": [_rule(code) for code in codes.values()],
                    }
                },
                # Ours are characters, not the UTF-16 units that SARIF assumes.
                "columnKind": "unicodeCodePoints",
                "results": [_result(diagnostic, index) for diagnostic in found],
            }
        ],
    }
    return json.dumps(log, indent=2) + "\n"


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
    words = [diagnostic.message, diagnostic.context, diagnostic.help and f"help: {diagnostic.help}"]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code.slug,
        "ruleIndex": index[diagnostic.code.slug],
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": "\n".join(word for word in words if word)},
    }
    placed = [label for label in diagnostic.labels if label.span.source.path]
    if placed and placed[0] is diagnostic.labels[0]:
        result["locations"] = [_location(placed[0])]
        placed = placed[1:]
    if placed:
        result["relatedLocations"] = [
            {"id": number, **_location(label)} for number, label in enumerate(placed, 1)
        ]
    return result


def _location(label: Label) -> dict[str, Any]:
    first, last = label.span.first, label.span.last
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(label.span.source.path)},
            "region": {
                "startLine": first.line,
                "startColumn": first.column,
                "endLine": last.line,
                "endColumn": last.column,
            },
        }
    }
    if label.text:
        location["message"] = {"text": label.text}
    return location


def _uri(path: str) -> str:
    """A relative reference where the path is relative, else a file: URI."""
    text = quote(path.replace(os.sep, "/"), errors="surrogateescape")
    # A colon in the first part of a reference would make it a scheme.
    return f"file://{text}" if path.startswith("/") else text.replace(":", "%3A")
