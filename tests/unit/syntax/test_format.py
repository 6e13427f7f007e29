"""The canonical layout by files: `NAME.vmsd` as it came, `NAME.txt` as `format` writes it."""

from pathlib import Path

import pytest

from tests.support.corpus import CORPUS
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_source, format_tree
from vmsdl.syntax.parser import parse

CASES = sorted((CORPUS / "format").glob("*.vmsd"))
SCHEMAS = [*CASES, *sorted((CORPUS / "valid").glob("*.vmsd"))]
SCHEMAS += sorted((CORPUS.parents[1] / "examples").rglob("*.vmsd"))


def formatted(text: str) -> str:
    outcome = format_source(SourceFile("a.vmsd", text))
    assert outcome.value is not None
    return outcome.value


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_file_is_laid_out_as_expected(path: Path, bless: bool) -> None:
    actual, expected = formatted(path.read_text(encoding="utf-8")), path.with_suffix(".txt")
    if bless and (not expected.exists() or actual != expected.read_text(encoding="utf-8")):
        expected.write_text(actual, encoding="utf-8")
        pytest.fail("blessed, read the difference and run again")
    assert expected.read_text(encoding="utf-8") == actual


def test_every_expected_file_has_its_input() -> None:
    assert sorted((CORPUS / "format").glob("*.txt")) == [p.with_suffix(".txt") for p in CASES]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_layout_changes_no_meaning_and_is_final(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    source = SourceFile("a.vmsd", text)
    once = formatted(text)
    assert parse(source).value == parse(SourceFile("a.vmsd", once)).value
    assert once == formatted(once)
    tree = parse(source).value
    assert tree is not None
    assert format_tree(tree) == formatted(format_tree(tree))
    assert tree == parse(SourceFile("a.vmsd", format_tree(tree))).value


def test_file_with_errors_is_left_alone() -> None:
    outcome = format_source(SourceFile("a.vmsd", "struct s { x u8; }"))
    assert outcome.value is None
    assert outcome.has_errors


@pytest.mark.parametrize("text", ["", "\n\n", "  \t", "\ufeff"])
def test_nothing_stays_nothing(text: str) -> None:
    assert formatted(text) == ""
