"""Lists and arrays of structs: what one element does is said of all; else three are followed."""

import pytest

from vmsdl.diff.compare import compare
from vmsdl.diff.report import DirectionResult, Report
from vmsdl.diff.verdict import Verdict
from vmsdl.driver import load_text
from vmsdl.schema.description import Schema

LISTS = ("l: list<e>;", "l: e[n];")


def schema(text: str) -> Schema:
    outcome = load_text(text)
    assert outcome.value is not None
    assert not outcome.has_errors, outcome.diagnostics
    return outcome.value


def report(element: str, later: str, holder: str, other: str | None = None) -> Report:
    old, new = (
        schema(f"struct e {{ {body} }} device d {{ n: u8; {field} b: u8; }}")
        for body, field in ((element, holder), (later, other or holder))
    )
    return compare([old], [new], old_name="old", new_name="new")


def outcomes(found: Report, way: str) -> dict[Verdict, DirectionResult]:
    every = [getattr(finding, way) for finding in found.findings]
    return {outcome.verdict: outcome for outcome in every}


@pytest.mark.parametrize("holder", LISTS)
def test_a_rename_in_an_element_is_harmless(holder: str) -> None:
    found = report("a: u8; c: u16;", "a2: u8 formerly a; c: u16;", holder)
    assert (Verdict.OK, Verdict.OK) == (found.old_to_new, found.new_to_old)


@pytest.mark.parametrize("holder", LISTS)
def test_a_subsection_of_an_element_is_refused_where_any_needs_it(holder: str) -> None:
    more = "subsection s needed c != 0 { z: u8; }"
    found = report("a: u8; c: u16;", f"a: u8; c: u16; {more}", holder)
    assert (Verdict.OK, Verdict.CONDITIONAL) == (found.old_to_new, found.new_to_old)
    assert "any(e in l: e.c != 0)" == outcomes(found, "new_to_old")[Verdict.REFUSED].condition


@pytest.mark.parametrize("holder", LISTS)
def test_a_check_of_an_element_is_refused_where_any_fails_it(holder: str) -> None:
    found = report("a: u8;", "a: u8 where a < 4;", holder)
    assert Verdict.CONDITIONAL == found.old_to_new
    assert "any(e in l: e.a >= 4)" == outcomes(found, "old_to_new")[Verdict.REFUSED].condition


@pytest.mark.parametrize("holder", LISTS)
def test_swapped_fields_corrupt_any_element_in_which_they_differ(holder: str) -> None:
    found = report("a: u8; c: u8;", "c: u8; a: u8;", holder)
    assert (Verdict.CORRUPT, Verdict.CORRUPT) == (found.old_to_new, found.new_to_old)


def test_longer_elements_of_a_counted_array_are_refused_unless_there_are_none() -> None:
    found = report("a: u8; c: u16;", "a: u8; c: u16; z: u8;", "l: e[n];")
    assert (Verdict.CONDITIONAL, Verdict.CONDITIONAL) == (found.old_to_new, found.new_to_old)
    assert {Verdict.REFUSED} == set(outcomes(found, "old_to_new"))


def test_longer_elements_of_a_list_are_refused_but_for_some_numbers_of_them() -> None:
    found = report("a: u8; c: u16;", "a: u8; c: u16; z: u8;", "l: list<e>;")
    assert (Verdict.CORRUPT, Verdict.CORRUPT) == (found.old_to_new, found.new_to_old)
    corrupt = outcomes(found, "old_to_new")[Verdict.CORRUPT]
    assert corrupt.witness is not None
    assert 5 == corrupt.witness["len(l)"]  # of 4 bytes each, read as 4 of 5 bytes


def test_a_list_read_as_a_counted_array_is_corrupt_for_some_lengths() -> None:
    found = report("a: u8; c: u16;", "a: u8; c: u16;", "l: list<e>;", "l: e[n];")
    corrupt = outcomes(found, "old_to_new")[Verdict.CORRUPT]
    assert {"len(l)": 2, "n": 3} == corrupt.witness


def test_lists_in_lists_that_refer_to_themselves_come_to_an_end() -> None:
    text = "struct e {{ {} inner: list<e>; }} device d {{ l: list<e>; }}"
    old, new = schema(text.format("a: u8;")), schema(text.format("a: u16;"))
    found = compare([old], [new], old_name="old", new_name="new")
    assert Verdict.UNKNOWN == found.old_to_new
