"""Every file of the corpus makes vmsdl say exactly what stands beside it."""

import pytest

from tests.support.corpus import Case, cases, compare, orphans
from vmsdl.diagnostics.codes import CODES

FOLDERS = ("errors", "valid")


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{folder}/{case.name}")
        for folder in FOLDERS
        for case in cases(folder)
    ],
)
def test_case_says_what_is_expected(case: Case, bless: bool) -> None:
    fault = compare(case, bless=bless)
    if fault:
        pytest.fail(fault, pytrace=False)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_expected_file_has_its_input(folder: str) -> None:
    assert [path.name for path in orphans(folder)] == []


def test_every_code_is_shown_by_a_case() -> None:
    found = (*cases("errors"), *cases("export-c"))
    shown = {case.slug for case in found if case.expected.exists()}
    assert sorted(set(CODES) - shown - {"file-too-large"}) == []  # eight million characters


def test_every_case_of_an_error_is_named_after_a_code() -> None:
    assert sorted({case.slug for case in cases("errors")} - set(CODES)) == []


def test_every_case_begins_with_what_it_shows() -> None:
    silent = [
        case.name
        for folder in FOLDERS
        for case in cases(folder)
        if not case.input.read_bytes().lstrip(b"\xef\xbb\xbf").startswith((b"//", b"/*"))
    ]
    assert silent == []
