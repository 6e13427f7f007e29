"""Suppressions: what an entry covers, what it no longer covers, and which verdicts are left."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.support.diff_pairs import PAIRS, compared
from vmsdl.diff.compare import compare
from vmsdl.diff.direction import Direction
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DirectionResult, Finding, Report
from vmsdl.diff.suppression import Suppression
from vmsdl.diff.suppressions.apply import SuppressionLedger, apply_suppressions, suppress
from vmsdl.diff.suppressions.condition_text import UnreadableCondition, read_condition
from vmsdl.diff.suppressions.sender_states import AllSenderStates, write_result_condition
from vmsdl.diff.verdict import Verdict
from vmsdl.driver import load_schema
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile

DAY = date(2027, 1, 31)


def schema(text: str, name: str = "a.vmsd") -> Schema:
    outcome = load_schema(name, lambda path: SourceFile(path, text))
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def report(old: str, new: str) -> Report:
    return compare([schema(old)], [schema(new)], old_name="old", new_name="new")


def bad_results(found: Report) -> Iterator[tuple[Finding, Direction, DirectionResult]]:
    for finding in found.findings:
        for direction in Direction:
            result = finding.result(direction)
            if result.verdict is not Verdict.OK:
                yield finding, direction, result


def suppress_all(found: Report) -> list[Suppression]:
    return [suppress_one(finding, direction) for finding, direction, _ in bad_results(found)]


def suppress_one(finding: Finding, direction: Direction) -> Suppression:
    why = {"reason": "nobody rolls back in mid-transfer", "owner": "storage team"}
    return suppress(finding, direction, **why, until=DAY)


def after(found: Report, *entries: Suppression, day: date = DAY) -> Report:
    return apply_suppressions(found, SuppressionLedger(entries, day))


def stale(found: Report) -> Finding:
    (one,) = (each for each in found.findings if each.rule.startswith("suppression-"))
    return one


def drive(needed: str = "status & 0x08 != 0", more: str = "") -> str:
    return f"""
        const DRQ = 0x08;
        device drive version 1 {{
            status: u8;
            error: u8;
            {more}
            subsection pio version 1 needed {needed} {{ offset: u32; }}
        }}
    """


OLD = "device drive version 1 { status: u8; error: u8; }"


# What an entry covers -----------------------------------------------------------------------------


def test_what_is_suppressed_stays_in_the_report_and_does_not_count() -> None:
    found = report(OLD, drive())
    (entry,) = suppress_all(found)
    marked = after(found, entry)
    (finding,) = marked.findings
    assert entry == finding.new_to_old.suppression
    assert (Verdict.REFUSED, Verdict.OK) == (finding.new_to_old.verdict, finding.old_to_new.verdict)
    assert Verdict.CONDITIONAL == marked.new_to_old
    assert Verdict.OK == marked.verdicts_unsuppressed.new_to_old


def test_no_suppressions_change_nothing() -> None:
    found = report(OLD, drive())
    assert found == after(found)


def test_it_holds_on_its_last_day_and_not_on_the_next() -> None:
    found = report(OLD, drive())
    (entry,) = suppress_all(found)
    assert Verdict.OK == after(found, entry, day=date(2027, 1, 31)).verdicts_unsuppressed.new_to_old
    marked = after(found, entry, day=date(2027, 2, 1))
    assert "suppression-expired" == stale(marked).rule
    assert Verdict.CONDITIONAL == marked.verdicts_unsuppressed.new_to_old


@pytest.mark.parametrize(
    "text", ["(status >> 3) % 2 == 1", "status & 0x0c != 0", "not status & 8 == 0"]
)
def test_other_words_for_the_same_states_or_more_cover_them(text: str) -> None:
    found = report(OLD, drive())
    (entry,) = suppress_all(found)
    marked = after(found, replace(entry, condition=text))
    assert Verdict.OK == marked.verdicts_unsuppressed.new_to_old
    assert found.findings[0].rule == marked.findings[-1].rule


def test_a_condition_that_grew_falls_with_a_state_that_shows_it() -> None:
    (entry,) = suppress_all(report(OLD, drive("status & 0x08 != 0")))
    marked = after(report(OLD, drive("status & 0x88 != 0")), entry)
    one = stale(marked)
    assert "suppression-condition-widened" == one.rule
    assert Verdict.REFUSED == one.new_to_old.verdict
    assert {"status": 0x80} == one.new_to_old.witness
    assert Verdict.CONDITIONAL == marked.verdicts_unsuppressed.new_to_old


def test_a_constant_that_changed_under_the_same_name_is_seen() -> None:
    before, now = drive("status & DRQ != 0"), drive("status & DRQ != 0").replace("0x08", "0x88")
    (entry,) = suppress_all(report(OLD, before))
    assert ("status & DRQ != 0", (("DRQ", 8),)) == (entry.condition, entry.constants)
    assert found_when(report(OLD, now)) == entry.condition
    assert {"status": 0x80} == stale(after(report(OLD, now), entry)).new_to_old.witness


def found_when(found: Report) -> str | None:
    return next(bad_results(found))[2].condition


def test_a_condition_that_shrank_is_covered() -> None:
    (entry,) = suppress_all(report(OLD, drive("status & 0x88 != 0")))
    assert (
        Verdict.OK
        == after(report(OLD, drive("status & 0x08 != 0")), entry).verdicts_unsuppressed.new_to_old
    )


def test_what_cannot_be_read_any_more_falls_and_says_so() -> None:
    (entry,) = suppress_all(report(OLD, drive("error != 0")))
    renamed = drive("fault != 0").replace("error: u8", "fault: u8 formerly error")
    one = stale(after(report(OLD, renamed), entry))
    assert "suppression-condition-widened" == one.rule
    assert "may now occur in more states: unknown name `error`" in one.message


@pytest.mark.parametrize(
    ("suppressed", "now", "is_covered"),
    [
        ("corrupt", "unknown", True),
        ("corrupt", "lossy", True),
        ("refused", "lossy", True),
        ("refused", "unknown", False),
        ("lossy", "refused", False),
        ("unknown", "lossy", False),
        ("unknown", "corrupt", False),
    ],
)
def test_a_verdict_covers_itself_and_what_is_milder(
    suppressed: str, now: str, is_covered: bool
) -> None:
    found = report(OLD, drive())
    (entry,) = suppress_all(found)
    (finding,) = found.findings
    changed = replace(finding.new_to_old, verdict=Verdict(now))
    found = replace(found, findings=(replace(finding, new_to_old=changed),))
    marked = after(found, replace(entry, verdict=Verdict(suppressed)))
    assert is_covered == (marked.findings[0].new_to_old.suppression is not None)
    if not is_covered:
        assert f"was suppressed as {suppressed}, but is now {now}" in stale(marked).message


def test_nothing_is_suppressed_without_reason_owner_and_day() -> None:
    found = report(OLD, drive())
    (entry,) = suppress_all(found)
    for missing, short in (
        ("reason", replace(entry, reason="")),
        ("owner", replace(entry, owner="")),
        ("until", replace(entry, until=None)),
    ):
        marked = after(found, short)
        assert "suppression-without-reason" == stale(marked).rule
        assert f"`{missing}`" in stale(marked).message
        assert Verdict.CONDITIONAL == marked.verdicts_unsuppressed.new_to_old


def test_what_is_not_there_any_more_is_unused() -> None:
    (entry,) = suppress_all(report(OLD, drive()))
    same = report(OLD, OLD)
    assert "suppression-unused" == stale(after(same, entry)).rule
    assert Verdict.OK == after(same, entry).verdicts_unsuppressed.new_to_old


def test_of_several_reports_one_that_needs_it_is_enough() -> None:
    found = report(OLD, drive())
    (entry,) = suppress_all(found)
    ledger = SuppressionLedger([entry], DAY)
    ledger.mark(report(OLD, OLD))
    ledger.mark(found)
    assert {} == ledger.find_stale()


def test_an_entry_that_a_milder_one_makes_idle_is_unused() -> None:
    found = report(OLD, drive())
    (entry,) = suppress_all(found)
    marked = after(found, entry, replace(entry, verdict=Verdict.CORRUPT))
    assert "suppression-unused" == stale(marked).rule
    assert Verdict.OK == marked.verdicts_unsuppressed.new_to_old


def test_entries_cover_together_what_neither_covers() -> None:
    found = report(OLD, drive("status & 0x88 != 0"))
    (entry,) = suppress_all(found)
    one, other = replace(entry, condition="status & 8 != 0"), replace(
        entry, condition="status & 0x80 != 0"
    )
    marked = after(found, one, other)
    assert Verdict.OK == marked.verdicts_unsuppressed.new_to_old
    assert 1 == len(marked.findings)


# The verdict without it ---------------------------------------------------------------------------


def test_what_is_not_suppressed_still_counts() -> None:
    found = report(OLD, drive(more="extra: u32 if error != 0;"))
    entries = suppress_all(found)
    kept = [entry for entry in entries if entry.rule == "subsection-added-needed"]
    marked = after(found, *kept)
    assert found.new_to_old == marked.verdicts_unsuppressed.new_to_old == Verdict.CONDITIONAL
    assert Verdict.OK == after(found, *entries).verdicts_unsuppressed.new_to_old


def test_states_of_what_is_suppressed_are_taken_to_arrive() -> None:
    """Half of the states are refused, the other half loses a value, and none arrives: with either
    half suppressed some do."""
    found = report(OLD, drive())
    (finding,), (device,) = found.findings, found.devices
    assert device.new is not None
    halves = []
    for verdict, condition in (("refused", "status < 128"), ("lossy", "status >= 128")):
        expression = read_condition(condition, {}, device.new, device.new)
        half = DirectionResult(Verdict(verdict), condition=condition, expression=expression)
        halves.append(replace(finding, rule=verdict, new_to_old=half))
    device = replace(device, new_to_old=Verdict.LOSSY)
    found = replace(found, devices=(device,), findings=tuple(halves))
    entries = suppress_all(found)
    assert 2 == len(entries)
    for entry in entries:
        assert Verdict.CONDITIONAL == after(found, entry).verdicts_unsuppressed.new_to_old
    assert Verdict.OK == after(found, *entries).verdicts_unsuppressed.new_to_old


def test_a_device_on_one_side_alone_can_be_suppressed() -> None:
    found = report(OLD, OLD + "device tray version 1 { is_open: bool; }")
    (entry,) = suppress_all(found)
    assert ("section-added", "always") == (entry.rule, entry.condition)
    assert Verdict.OK == after(found, entry).verdicts_unsuppressed.new_to_old
    other = replace(entry, condition="where it is sent")
    assert "may now occur" in stale(after(found, other)).message


# Conditions, there and back -----------------------------------------------------------------------


@pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.name)
def test_every_condition_is_read_back_as_what_it_was(pair: Path) -> None:
    for swapped in (False, True):
        found = compared(pair, swapped)
        states = AllSenderStates(found)
        for finding, direction, result in bad_results(found):
            if result.expression is None or write_result_condition(result)[0] == "always":
                continue
            entry = suppress_one(finding, direction)
            # In parentheses it is another text: only the proof can show that it says the same.
            entry = replace(entry, condition=f"({entry.condition})")
            uncovered = states.of(finding.device, direction).find_uncovered(result, [entry])
            assert uncovered is None or not uncovered.why.startswith("unknown "), uncovered
            # Elements of lists that are followed byte by byte have conditions that are too long.
            is_long = (
                uncovered is not None and uncovered.why == "the comparison takes too much work"
            )
            if is_long and pair.name == "list-element-layout-changed":
                continue
            if result.verdict is not Verdict.UNKNOWN:
                assert uncovered is None, (entry.condition, uncovered)


PLACES = """
    struct inner { level: u8; flag: bool; }
    enum mode: u8 { off = 0; on = 1; }
    device card version 2 {
        local size: u32 = 4;
        status: u8;
        mode: mode;
        table: u16[4];
        bits: bitmap[70];
        data: bytes[size];
        slots: inner[2];
        queue: list<inner>;
        subsection extra needed status != 0 { depth: u8; }
    }
"""


@pytest.mark.parametrize(
    "text",
    [
        "status & DRQ != 0 and (mode == mode.on or table[2] + 1 > 3)",
        "slots[1].flag and not slots[0].level < 7",
        "bits[3] or extra.depth >= 2",
        "any(x in table: x != 0)",
        "all(x in queue: x.level == 0)",
        "len(queue) > 1 and data[0] == 0xff",
        "if slots[0].flag then status == 1 else -status % 7 == ~status",
        "receiver.slots[0].level != min(status, 3)",
        "whether extra is sent and whether slots[0].level is there",
        "self.status != 0",
        "always",
    ],
)
def test_a_place_in_the_state_can_be_said(text: str) -> None:
    own = schema(PLACES)
    side = Side(own, own.descriptions["card"])
    e = read_condition(text, {"DRQ": 8, "mode.on": 1}, side, side)
    assert e == read_condition(
        f"({text})" if text != "always" else text, {"DRQ": 8, "mode.on": 1}, side, side
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("stat != 0", "unknown name `stat`"),
        ("slots[0].stat != 0", "unknown name `stat` in `slots[0]`"),
        ("status.level", "`status` has no members"),
        ("status[0] == 1", "`status` has no elements"),
        ("status", "expected a bool as the condition"),
        ("status != 0; let other = true", "expected one expression"),
        ("status != 0; } struct t { let it = true", "expected one expression"),
        ("status !=", "expected"),
        ("", "expected"),
        ("$x != 0", "invalid character `$`"),
        ("sum(status) == 1", "unknown function `sum`"),
        ("any(x in status: x != 0)", "`status` has no elements"),
        ("(status + 1).level", "only fields of the state have members"),
        ("not " * 20_000 + "(status == 0)", "levels deep"),
        ("not " * 40_000 + "true", "too long"),
    ],
)
def test_what_is_no_condition_is_told(text: str, why: str) -> None:
    own = schema(PLACES)
    side = Side(own, own.descriptions["card"])
    with pytest.raises(UnreadableCondition) as caught:
        read_condition(text, {}, side, side)
    assert why in str(caught.value)
