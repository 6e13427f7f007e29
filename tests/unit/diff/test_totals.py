"""Totals: what the end of a section shows, whatever the values are."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsdl.diff.layout import flatten
from vmsdl.diff.layout.settings import MachinePair
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import analyze_migration
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.reasons import Unknown, UnknownReason
from vmsdl.diff.simulate.totals.reachable_sums import Multiple, can_be_equal
from vmsdl.diff.verdict import Verdict
from vmsdl.driver import load_schema
from vmsdl.expr.text import unparse
from vmsdl.schema.traverse import find_devices
from vmsdl.source import SourceFile


def analyze(old: str, new: str) -> MigrationResult:
    """From old to new."""
    return analyze_migration(make_side(old), make_side(new), MachinePair(), sender_is_old=True)


def make_side(text: str) -> Side:
    outcome = load_schema("d.vmsd", lambda path: SourceFile(path, text))
    assert outcome.value is not None
    return Side(outcome.value, next(find_devices(outcome.value)))


PARTS = st.lists(st.builds(Multiple, st.integers(1, 12), st.integers(1, 3)), min_size=0, max_size=3)


@given(st.integers(-40, 40), PARTS, PARTS)
def test_sums_are_equal_exactly_where_some_choice_makes_them_so(
    fixed: int, more: list[Multiple], less: list[Multiple]
) -> None:
    sums = [
        {
            sum(part.size * times for part, times in zip(parts, chosen, strict=True))
            for chosen in product(*(range((part.most or 0) + 1) for part in parts))
        }
        for parts in (more, less)
    ]
    found = any(fixed + one in sums[1] for one in sums[0])
    assert can_be_equal(fixed, more, less) is found


def test_a_part_that_can_be_any_number_of_times_leaves_a_remainder() -> None:
    assert can_be_equal(18, [], [Multiple(9, None)])
    assert not can_be_equal(17, [], [Multiple(9, None)])
    assert not can_be_equal(1, [Multiple(4, None)], [Multiple(6, None)])
    assert not can_be_equal(-1, [], [Multiple(4, None)])


LISTS = "struct e {{ x: {}; }} device d {{ l: list<e>; t: timer; }}"
DRIVES = """
struct drive {{
    identify_set: i32;
    identify_data: bytes[512] if identify_set != 0;
    status: u8; {}
    subsection pio version 1 needed status & 8 != 0 {{ buffer: bytes[4096]; }}
    subsection tray version 1 needed open or locked {{ open: bool; locked: bool; }}
}}
device d {{ drives: drive[4]; }}
"""


@pytest.mark.parametrize(
    ("old", "new", "verdict", "refused", "message"),
    [
        # A count that both know: the difference is a function of it.
        (
            "device d { n: u8 where n <= 8; w: u16[n]; t: timer; }",
            "device d { n: u8 where n <= 8; w: u32[n]; t: timer; }",
            Verdict.CONDITIONAL,
            "n != 0",
            "2 * n bytes missing",
        ),
        # A count that is read from something else, within what the receiver's check allows.
        (
            "device d { a: bytes[4096]; z: u32; }",
            "device d { n: u32 where n >= 4096; a: bytes[n]; z: u32; }",
            Verdict.REFUSED,
            "true",
            "at least 4 bytes missing",
        ),
        (
            "device d { n: u32 where n >= 4096; a: bytes[n]; z: u32; }",
            "device d { a: bytes[4096]; z: u32; }",
            Verdict.REFUSED,
            "true",
            "n - 4092 bytes too many",
        ),
        # Optional parts that cannot make up for one byte in each of four structs.
        (
            DRIVES.format("extra: u8;"),
            DRIVES.format(""),
            Verdict.REFUSED,
            "true",
            "4 bytes too many, which no optional part makes up for",
        ),
        # Elements of 5 bytes, each with its marker, read as elements of 9.
        (
            LISTS.format("u32"),
            LISTS.format("u64"),
            Verdict.CORRUPT,
            "len(l) % 9 != 0",
            "no number of elements has as many bytes as were sent",
        ),
        # A receiver of a map refuses any other number of nodes than was announced.
        (
            "struct e { x: u32; } device d { m: map<u64, e>; }",
            "struct e { x: u64; } device d { m: map<u64, e>; }",
            Verdict.CONDITIONAL,
            "len(m) != 0",
            "4 * len(m) bytes missing",
        ),
    ],
)
def test_lengths_are_compared_before_values(
    old: str, new: str, verdict: Verdict, refused: str, message: str
) -> None:
    found = analyze(old, new)
    assert found.verdict is verdict
    shown = [each for each in found.shown if each.effect.message == message]
    assert [unparse(each.condition) for each in shown] == [refused]


def test_a_subsection_that_both_have_makes_up_for_nothing() -> None:
    sub = "subsection s version 1 needed x != 0 { x: u32; }"
    found = analyze(
        f"device d {{ n: u8; w: u16[n]; {sub} }}", f"device d {{ n: u8; w: u32[n]; {sub} }}"
    )
    assert found.verdict is Verdict.CONDITIONAL
    assert [unparse(each.condition) for each in found.shown] == ["n != 0"]


def test_a_subsection_that_is_always_sent_counts_as_its_bytes() -> None:
    found = analyze(
        "device d { a: u8; x: u32; subsection s version 1 needed true { y: u32; } }",
        "device d { a: u8; n: u8; x: u32; }",
    )
    assert ["12 bytes too many"] == [each.effect.message for each in found.shown]


def test_structs_in_lists_in_structs_are_measured_in_a_few_steps() -> None:
    """Each of eight lists holds structs with eight lists, and so on."""
    structs = "struct e5 { a: u8; }"
    for depth in range(4, 0, -1):
        lists = " ".join(f"l{i}: list<e{depth + 1}>;" for i in range(8))
        structs += f" struct e{depth} {{ b: u8; {lists} }}"
    found = analyze(
        f"{structs} device d {{ q: list<e1>; z: u8; }}",
        f"{structs} device d {{ t: u8; q: list<e1>; z: u8; }}",
    )
    assert found.verdict is Verdict.REFUSED
    assert UnknownReason.TOO_MANY_FIELDS not in reasons(found)


def test_elements_with_too_many_fields_are_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flatten, "_MOST_NODES", 15)
    fields = " ".join(f"f{i}: u8;" for i in range(20))
    device = f"struct e {{ {fields} }} device d {{ l: list<e>; z: {{}}; }}"
    found = analyze(device.replace("{}", "u8"), device.replace("{}", "u16").replace("f0", "g0"))
    assert found.verdict is Verdict.UNKNOWN
    assert UnknownReason.TOO_MANY_FIELDS in reasons(found)


def reasons(found: MigrationResult) -> set[UnknownReason]:
    whys = [each.effect.reason for each in found.shown]
    return {each.reason for each in whys if isinstance(each, Unknown)}
