"""Dumps of real releases, compared: what real QEMU migrates both ways is never called broken."""

import os
from pathlib import Path

import pytest

from tests.support.dump_comparison_table import (
    BROKEN,
    DOCUMENT,
    LOADED,
    LOADED_BY_BOTH,
    TRUTHS,
    Row,
    document,
    documents,
    extracts,
    rows,
)


@pytest.fixture(scope="module")
def found() -> list[Row]:
    return list(rows(extracts()))


def test_what_every_release_loads_from_every_other_is_not_called_broken(found: list[Row]) -> None:
    wrong = [row for row in found if row.device in LOADED and row.is_called_broken]
    assert [] == wrong


def test_what_two_releases_load_from_each_other_is_not_called_broken(found: list[Row]) -> None:
    pairs = [row for row in found if (row.old, row.new) == ("7.2", "11.1")]
    assert [] == [row for row in pairs if row.device in LOADED_BY_BOTH and row.is_called_broken]


def test_gates_that_were_dropped_after_the_minimum_was_raised_are_harmless(
    found: list[Row],
) -> None:
    clock = next(row for row in found if (row.device, row.new) == ("mc146818rtc", "11.1"))
    assert ("ok", "ok") == (clock.old_to_new, clock.new_to_old)
    assert "gate-dropped-covered" in clock.rules


def test_what_is_refused_both_ways_is_seen(found: list[Row]) -> None:
    refused = {(row.old, row.device) for row in found if row.old_to_new in BROKEN}
    assert {(old, "vga-isa") for old in ("5.2", "7.2", "10.0")} == refused


def test_the_page_says_what_is_found_of_them(found: list[Row]) -> None:
    page = DOCUMENT.read_text(encoding="utf-8").splitlines()
    lines = [line for line in document(found).splitlines() if line.startswith("| ")]
    mine = [line for line in lines if line.split("|")[1].strip() in TRUTHS]
    assert mine
    assert [] == [line for line in mine if line not in page]


def test_the_page_says_what_is_found_of_whole_dumps() -> None:
    folder = os.environ.get("VMSDL_RECORDINGS")
    whole = {} if folder is None else documents(Path(folder) / "dumps")
    if len(whole) < 4:
        # Whole dumps are too large for the repository; the test above reads their extracts.
        pytest.skip("VMSDL_RECORDINGS names no folder with `dumps` of the four releases")
    assert DOCUMENT.read_text(encoding="utf-8") == document(list(rows(whole)))
