"""JSON, SARIF and GitHub output of the same diagnostics."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from vmsdl.diagnostics.codes import CODES
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, Severity
from vmsdl.diagnostics.render import FORMATS, github, render, sarif
from vmsdl.diagnostics.render import json as json_format
from vmsdl.source import NOWHERE, SourceFile, Span

IDE = SourceFile("hw/ide, new.vmsd", "device ide {\n    status: u8;\n}\n")
PCI = SourceFile("c:\\pci 100%.vmsd", "struct pci {}\n")
PART = Path(__file__).parents[2] / "data" / "sarif-2.1.0-part.json"


def diagnostic(
    message: str = "it is wrong",
    severity: Severity = Severity.ERROR,
    labels: tuple[Label, ...] = (Label(Span(IDE, 17, 23), "here"),),
    slug: str = "predicate-not-bool",
    help: str | None = None,
) -> Diagnostic:
    code = Code(slug=slug, severity=severity, title="")
    return Diagnostic(code=code, message=message, labels=labels, help=help)


SEVERAL = [
    diagnostic(help="mend it"),
    diagnostic("two places", labels=(Label(Span(PCI, 7, 10)), Label(Span(IDE, 0, 6), "first"))),
    diagnostic("nowhere", labels=(Label(NOWHERE),)),
    diagnostic("no label", labels=()),
    diagnostic("tall", Severity.WARNING, (Label(Span(IDE, 0, 27)),)),
    diagnostic("mind", Severity.NOTE, slug="not-in-the-catalogue"),
    diagnostic("ours", Severity.BUG),
]


def test_json_has_the_form_of_the_contract() -> None:
    (record,) = json.loads(json_format.render([diagnostic(help="mend it")]))
    assert record == {
        "code": "predicate-not-bool",
        "severity": "error",
        "message": "it is wrong",
        "file": "hw/ide, new.vmsd",
        "line": 2,
        "column": 5,
        "end_line": 2,
        "end_column": 11,
        "context": None,
        "help": "mend it",
        "accepted": None,
        "related": [],
    }


def test_json_gives_other_places_as_related() -> None:
    (record,) = json.loads(json_format.render([SEVERAL[1]]))
    (related,) = record["related"]
    assert (related["file"], related["line"], related["message"]) == (IDE.path, 1, "first")


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"text"}))
def test_nothing_found_is_still_output_for_programs(name: str) -> None:
    text = render(name, [])
    assert text == "" if name == "github" else json.loads(text) is not None


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"text"}))
def test_every_diagnostic_is_in_every_format_in_ascii(name: str) -> None:
    text = render(name, SEVERAL)
    assert text.isascii()
    assert all(d.message in text for d in SEVERAL)


def test_sarif_keeps_the_rules_of_the_standard() -> None:
    log = json.loads(sarif.render(SEVERAL))
    jsonschema.Draft7Validator(json.loads(PART.read_text())).validate(log)


def test_sarif_is_valid_by_the_published_schema() -> None:
    place = os.environ.get("SARIF_SCHEMA")
    if not place:
        pytest.skip("SARIF_SCHEMA does not say where the published schema of SARIF 2.1.0 lies")
    jsonschema.Draft7Validator(json.loads(Path(place).read_text())).validate(
        json.loads(sarif.render(SEVERAL))
    )


def test_sarif_rules_are_the_catalogue() -> None:
    run = _run([diagnostic()])
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    (result,) = run["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_places() -> None:
    (result,) = _run([SEVERAL[1]])["results"]
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    # A drive letter must not look like the scheme of a URI.
    assert physical["artifactLocation"]["uri"] == "c%3A%5Cpci%20100%25.vmsd"
    assert physical["region"] == {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 11}
    (related,) = result["relatedLocations"]
    assert related["message"]["text"] == "first"


def test_github_escapes_what_would_end_a_property() -> None:
    (line,) = github.render([diagnostic("100% wrong\nreally")]).splitlines()
    assert line == (
        "::error file=hw/ide%2C new.vmsd,line=2,endLine=2,col=5,endColumn=11,"
        "title=predicate-not-bool::100%25 wrong%0Areally"
    )


def test_github_shows_the_worst_ten_and_counts_the_rest() -> None:
    notes = [diagnostic(f"note {n}", Severity.NOTE) for n in range(3)]
    warnings = [diagnostic(f"warning {n}", Severity.WARNING) for n in range(8)]
    errors = [diagnostic(f"error {n}") for n in range(4)]
    lines = github.render([*notes, *warnings, *errors]).splitlines()
    kinds = [line.split(" ")[0].strip(":") for line in lines]
    assert kinds == ["error"] * 4 + ["warning"] * 6 + ["notice"]
    assert lines[-1].endswith("::2 warnings, 3 notes more, see the log")


def _run(diagnostics: list[Diagnostic]) -> Any:
    return json.loads(sarif.render(diagnostics))["runs"][0]
