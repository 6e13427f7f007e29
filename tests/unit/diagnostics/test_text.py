"""Each case of tests/corpus/render: diagnostics in a file of their own, and how they look.

`mark` is a stretch of text: the label stands where it first occurs in its file.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, Severity
from vmsdl.diagnostics.render.text import WIDEST, escape_controls, render
from vmsdl.source import SourceFile, Span

CORPUS = Path(__file__).parents[2] / "corpus" / "render"


@pytest.mark.parametrize("name", sorted(path.stem for path in CORPUS.glob("*.json")))
def test_diagnostics_look_as_expected(name: str, bless: bool) -> None:
    case = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    actual = render(_diagnostics(case), color=case.get("color", False))
    file = CORPUS / f"{name}.txt"
    expected = file.read_text(encoding="utf-8") if file.exists() else ""
    if bless and actual != expected:
        file.write_text(actual, encoding="utf-8")
        pytest.fail("blessed, read the difference and run again")
    assert actual == expected


def test_every_expected_text_has_its_case() -> None:
    assert {p.stem for p in CORPUS.glob("*.txt")} == {p.stem for p in CORPUS.glob("*.json")}


def test_no_line_is_wider_than_a_clipped_one() -> None:
    source = SourceFile("x.vmsd", "x" * 5_000_000)
    for start in (0, 17, 2_500_000, 4_999_990):
        text = render([_at(Span(source, start, start + 5))])
        assert max(map(len, text.splitlines())) <= WIDEST + 20


def test_marks_stand_below_what_they_mark() -> None:
    source = SourceFile("x.vmsd", "".join(f"{chr(97 + n % 26)}" for n in range(300)) + "\n")
    for start in range(0, 295, 7):
        line, marks = render([_at(Span(source, start, start + 3))]).splitlines()[2:4]
        at = marks.index("^")
        assert line[at : at + 3] == source.text[start : start + 3]


def test_nothing_to_say_is_nothing() -> None:
    assert render([]) == ""


def test_diagnostic_without_labels() -> None:
    assert render([Diagnostic(code=_code({}), message="alone", labels=())]) == (
        "error[a-code]: alone\n"
    )


@pytest.mark.parametrize("text", ["\x1b[31m", "\x07", "\u202e", "\ud800", "\x7f", "\u2028", "\x9b"])
def test_plain_text_is_fit_for_a_terminal(text: str) -> None:
    assert escape_controls(f"a{text}b").isprintable()


def _diagnostics(case: dict[str, Any]) -> list[Diagnostic]:
    sources = {path: SourceFile(path, text) for path, text in case["sources"].items()}
    return [
        Diagnostic(
            code=_code(record),
            message=record["message"],
            labels=tuple(_label(label, sources) for label in record["labels"]),
            context=record.get("context"),
            help=record.get("help"),
        )
        for record in case["diagnostics"]
    ]


def _code(record: dict[str, Any]) -> Code:
    severity = Severity(record.get("severity", "error"))
    return Code(slug=record.get("code", "a-code"), severity=severity, title="")


def _label(record: dict[str, Any], sources: dict[str, SourceFile]) -> Label:
    source = sources.get(record["file"], SourceFile(record["file"], ""))
    if "mark" in record:
        mark = record["mark"]
        start = source.text.index(mark)
        return Label(Span(source, start, start + len(mark.rstrip("\n"))), record["text"])
    return Label(Span(source, record["start"], record["end"]), record["text"])


def _at(span: Span) -> Diagnostic:
    return Diagnostic(code=_code({}), message="here", labels=(Label(span),))
