"""Every example of the language reference is a schema without errors, in the one layout."""

import re
from pathlib import Path

import pytest

from vmsdl.driver import load_schema
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_source
from vmsdl.syntax.tables import load_tables

REFERENCE = Path(__file__).parents[2] / "grammar" / "README.md"
TEXT = REFERENCE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```vmsd\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_has_no_errors(number: int) -> None:
    outcome = load_schema("a.vmsd", lambda path: SourceFile(path, EXAMPLES[number]))
    assert [(d.message, d.span.text) for d in outcome.diagnostics if d.severity == "error"] == []


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_example_is_in_the_one_layout(number: int) -> None:
    outcome = format_source(SourceFile("a.vmsd", EXAMPLES[number]))
    assert outcome.value == EXAMPLES[number]


def test_every_word_of_the_language_is_in_the_reference() -> None:
    missing = [word for word in load_tables().words if not re.search(rf"\b{word}\b", TEXT)]
    assert missing == []
