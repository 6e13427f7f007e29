"""Edits of the IDE example that a reviewer judges at a glance, and so must the report."""

from pathlib import Path

import pytest

from vmsdl.diff.compare import compare
from vmsdl.diff.formats.grouped import make_blocks
from vmsdl.diff.formats.headlines import tell_events
from vmsdl.diff.formats.text import render
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import Report
from vmsdl.diff.verdict import Verdict
from vmsdl.driver import load_schema
from vmsdl.files import read_source
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile

IDE = Path(__file__).parents[2] / "examples" / "ide" / "ide.vmsd"
TEXT = IDE.read_text(encoding="utf-8")


def load(text: str) -> Schema:
    def read(path: str) -> SourceFile:
        return SourceFile(path, text) if path == str(IDE) else read_source(path)

    outcome = load_schema(str(IDE), read)
    assert outcome.value is not None
    return outcome.value


def compare_edited(before: str, after: str) -> Report:
    assert before in TEXT
    edited = load(TEXT.replace(before, after, 1))
    return compare([load(TEXT)], [edited], old_name="old", new_name="new")


@pytest.mark.parametrize(
    ("before", "after", "old_to_new", "new_to_old"),
    [
        # A byte is gone in each of four drives: nothing loads.
        ("    lba48: u8;\n", "", "refused", "refused"),
        ("    lba48: u8;\n", "    lba48: u16;\n", "refused", "refused"),
        # Other numbers for the values of an enum.
        (
            "sector_read = 0;\n    sector_write = 1;",
            "sector_read = 1;\n    sector_write = 0;",
            "corrupt",
            "corrupt",
        ),
        # The subsection is sent in fewer states: then its fields are lost.
        (
            "needed status & DRQ_STAT != 0 or bus_error_status & IDE_RETRY_PIO != 0",
            "needed status & DRQ_STAT != 0",
            "ok",
            "conditional",
        ),
    ],
)
def test_the_verdict_is_that_of_a_reviewer(
    before: str, after: str, old_to_new: str, new_to_old: str
) -> None:
    found = compare_edited(before, after)
    assert (old_to_new, new_to_old) == (found.old_to_new, found.new_to_old)


def test_a_missing_byte_is_told_with_its_number() -> None:
    found = compare_edited("    lba48: u8;\n", "")
    details = {each.old_to_new.detail for each in found.findings}
    assert "length: 4 bytes too many, which no optional part makes up for" in details


def test_what_happens_in_four_drives_is_told_once() -> None:
    found = compare_edited("sector_write = 1;", "sector_write = 6;")
    text = " ".join(render(found, Requirement()).split())
    field = "drives_0[0].pio_state.end_transfer_fn_idx"
    assert (
        f"error: old to new: `{field}` has a value that the receiver does not know: refused"
        f" whenever `{field} == EndTransfer.sector_write` and `drives_0[0].pio_state` is sent"
    ) in text
    assert "the same for `drives_0[1]`, `drives_1[0]`, `drives_1[1]`" in text
    assert "also: " not in text


def test_what_is_open_takes_one_line_and_no_formula() -> None:
    found = compare_edited("elementary_transfer_size: i32;", "elementary_transfer_size: i64;")
    for told in (
        tell for block in make_blocks(found, Requirement()) for tell in tell_events(block)
    ):
        assert len(told.details) <= 1 or told.event.verdict is not Verdict.UNKNOWN
        assert "not known where" not in told.headline
