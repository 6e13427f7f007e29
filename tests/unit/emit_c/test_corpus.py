"""Each schema of tests/corpus/export-c gives exactly the C files, or diagnostics, beside it.

A line `// structs: A, B` stands for `--struct A --struct B`.
"""

import re

import pytest

from tests.support.corpus import CORPUS, Case, cases, show
from vmsdl.driver import export_schema_c
from vmsdl.source import SourceFile

FOLDER = CORPUS / "export-c"
CASES = cases("export-c")


def export(case: Case) -> dict[str, str]:
    """The files, by name, that stand beside a case."""
    text = case.input.read_text(encoding="utf-8")
    found = re.search(r"^// structs: (.+)$", text, re.M)
    structs = found[1].split(", ") if found else []
    outcome = export_schema_c(case.input.name, lambda path: SourceFile(path, text), structs)
    if outcome.value is None:
        errors = tuple(each for each in outcome.diagnostics if each.severity == "error")
        return {case.expected.name: show(errors)}
    return {file.name: file.text for file in outcome.value}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_c_is_what_stands_beside_the_schema(case: Case, bless: bool) -> None:
    actual = export(case)
    for name, text in actual.items():
        path = FOLDER / name
        if bless and (not path.exists() or path.read_text(encoding="utf-8") != text):
            path.write_text(text, encoding="utf-8")
            pytest.fail("blessed, read the difference and run again")
        assert path.read_text(encoding="utf-8") == text


def test_every_expected_file_has_its_schema() -> None:
    expected = {name for case in CASES for name in export(case)}
    found = {path.name for path in FOLDER.iterdir() if path.suffix != ".vmsd"}
    assert found == expected
