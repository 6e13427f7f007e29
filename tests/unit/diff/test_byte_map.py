"""Both layouts side by side: what stands where, what stands for what, and where they part."""

from pathlib import Path

import pytest

from tests.support.diff_pairs import PAIRS, compared
from tests.support.reports import USUAL, esp, of_texts, side_of
from vmsdl.diff.byte_map.align import AlignedLine, ByteMap, align_layouts
from vmsdl.diff.formats.html_page import build_page
from vmsdl.diff.report import DeviceReport, Report
from vmsdl.diff.verdict import Verdict


def mapped(report: Report) -> ByteMap:
    found = align_layouts(report.devices[0], report.machine)
    assert found is not None
    return found


def lines(report: Report) -> list[AlignedLine]:
    return [line for fold in mapped(report).folds for line in fold.lines]


def shown(report: Report) -> list[str]:
    """`change old@byte new@byte`, a line each."""
    out = []
    for line in lines(report):
        sides = [
            f"{row.name}@{row.offset.least if row.offset else ''}" if row is not None else "-"
            for row in (line.old, line.new)
        ]
        out.append(" ".join((line.change, *sides)))
    return out


def device(body: str) -> str:
    return f"device d version 2 {{ {body} }}"


def between(old: str, new: str) -> Report:
    return of_texts(device(old), device(new))


def test_the_map_of_real_state_parts_at_the_byte_that_qemu_takes_for_another() -> None:
    divergence = mapped(esp("esp_7_2", "esp_10_0")).divergence
    assert divergence is not None
    assert divergence.old is not None
    assert divergence.old.offset is not None
    assert ("ti_cmd", 423) == (divergence.old.name, divergence.old.offset.least)


def test_a_row_says_what_the_receiver_takes_it_for() -> None:
    notes = {
        line.new.name: line.new_notes for line in lines(esp("esp_7_2", "esp_10_0")) if line.new
    }
    assert "old reads it as esp.lun" in notes["drq_state"]
    assert "old reads it as esp.ti_cmd" in notes["lun"]


def test_what_is_gone_stands_beside_nothing() -> None:
    assert ["same a@0 a@0", "gone b@1 -", "same c@3 c@1"] == shown(
        between("a: u8; b: u16; c: u8;", "a: u8; c: u8;")
    )


def test_what_came_in_a_place_stands_beside_what_went() -> None:
    assert ["replaced a@0 b@0", "same c@1 c@2"] == shown(between("a: u8; c: u8;", "b: u16; c: u8;"))


def test_what_moved_is_told_on_both_sides() -> None:
    assert ["moved a@0 -", "same b@1 b@0", "same c@3 c@2", "moved - a@3"] == shown(
        between("a: u8; b: u16; c: u8;", "b: u16; c: u8; a: u8;")
    )


def test_a_rename_parts_nothing_in_a_condition_either() -> None:
    found = between(
        "kind: u8; more: u32 if kind != 0;", "sort: u8 formerly kind; more: u32 if sort != 0;"
    )
    assert mapped(found).divergence is None
    assert (Verdict.OK, Verdict.OK) == (found.old_to_new, found.new_to_old)


@pytest.mark.parametrize(
    ("before", "at"),
    [
        ("a: u8;", "1"),
        ("a: u8; b: u32 if a != 0;", "1 or 5"),
        ("a: u8; b: u32 if a != 0; c: u16 if a == 2;", "1 to 7"),
        ("n: u8; b: u32[n];", "1 or more"),
        ("a: u8; b: u32 since 3;", None),
    ],
)
def test_where_a_field_begins_is_said_in_words(before: str, at: str | None) -> None:
    text = f"device d version 3 {{ {before} x: u8; }}"
    found = build_page(of_texts(text, text.replace("x: u8", "x: u16")), USUAL)
    rows = [
        line.old
        for each in found.devices
        if each.map
        for fold in each.map.folds
        for line in fold.lines
    ]
    places = {row.name: row.at for row in rows if row is not None}
    assert (at or "5") == places["x"]


def test_the_parting_says_where_it_is_when_it_hangs_on_a_field() -> None:
    text = "device d version 3 { flag: u8; data: bytes[512] if flag != 0; x: u8; }"
    (found,) = build_page(of_texts(text, text.replace("x: u8", "x: u16")), USUAL).devices
    assert found.map is not None
    assert (
        "byte 1 (513 if flag != 0) of old, byte 1 (513 if flag != 0) of new" == found.map.divergence
    )


def test_bytes_of_a_subsection_count_from_its_own_beginning() -> None:
    sub = "subsection s version 1 needed a != 0 {{ b: u8; {} }}"
    found = between(f"a: u8; {sub.format('')}", f"a: u8; {sub.format('c: u8;')}")
    assert ["same a@0 a@0", "same d/s@ d/s@", "same b@0 b@0", "added - c@1"] == shown(found)


def test_elements_behind_the_first_are_one_row() -> None:
    struct = "struct q {{ head: u16; {} }} device d version 2 {{ q: q[3]; z: u8; }}"
    found = of_texts(struct.format(""), struct.format("tail: u16;"))
    assert [
        "same q[0]@ q[0]@",
        "same head@0 head@0",
        "added - tail@2",
        "changed q[1] …@2 q[1] …@4",
        "same z@6 z@12",
    ] == shown(found)


def test_long_runs_alike_are_folded_and_nothing_is_lost() -> None:
    many = "".join(f"f{n}: u8; " for n in range(100))
    found = between(many, many.replace("f50: u8;", "f50: u16;"))
    folds = mapped(found).folds
    assert [True, False, True] == [fold.is_folded for fold in folds]
    assert 5 == len(folds[1].lines)
    assert [f"f{n}" for n in range(100)] == [line.row.name for line in lines(found)]


def test_of_fields_in_reverse_one_is_kept_and_the_others_moved() -> None:
    names = [f"f{n}: u8;" for n in range(600)]
    sides = [side_of(device(" ".join(order))) for order in (names, names[::-1])]
    found = align_layouts(
        DeviceReport("d", Verdict.OK, Verdict.OK, old=sides[0], new=sides[1]), None
    )
    assert found is not None
    shown = [line for fold in found.folds for line in fold.lines]
    assert 2 * len(names) - 1 == len(shown) + found.hidden_lines
    assert {"moved", "same"} >= {line.change for line in shown}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_a_shift_is_behind_the_parting(pair: Path) -> None:
    """The map and the comparison were made apart: they must not contradict each other."""
    for swapped in (False, True):
        report = compared(pair, swapped)
        for each in report.devices:
            found = align_layouts(each, report.machine)
            starts = [
                result.byte_range.start
                for finding in report.findings
                for result in (finding.old_to_new, finding.new_to_old)
                if result.byte_range is not None and finding.device == each.name
            ]
            if found is None or not starts:
                continue
            if found.divergence is None:
                # It is within the elements of a list: these have no lines of their own.
                assert "list-element" in pair.name
                continue
            places = [
                row.offset.least
                for row in (found.divergence.old, found.divergence.new)
                if row is not None and row.offset is not None
            ]
            assert min(places, default=0) <= min(starts)
