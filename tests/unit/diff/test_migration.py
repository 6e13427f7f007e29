"""Verdicts of the examples, and of schemas compared with themselves."""

from pathlib import Path

import pytest

from vmsdl.diff.compare import compare
from vmsdl.diff.layout.settings import MachinePair
from vmsdl.diff.matching.fields import Side, find_top_descriptions
from vmsdl.diff.migration import analyze_migration
from vmsdl.diff.report import Report
from vmsdl.diff.verdict import Verdict
from vmsdl.driver import load_schema
from vmsdl.files import read_source
from vmsdl.schema.description import Schema

ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLES = ROOT / "examples"
SCHEMAS = sorted((*EXAMPLES.rglob("*.vmsd"), *(ROOT / "tests/corpus/valid").rglob("*.vmsd")))
# Elements of lists are saved in another version than they are loaded in.
SKEWED = {"lists_at_older_versions"}


def schema(path: Path) -> Schema:
    outcome = load_schema(str(path), read_source)
    assert outcome.value is not None
    return outcome.value


def report(old: str, new: str) -> Report:
    one, other = schema(EXAMPLES / old), schema(EXAMPLES / new)
    return compare([one], [other], old_name=old, new_name=new)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_a_schema_agrees_with_itself(path: Path) -> None:
    own = schema(path)
    again = compare([own], [own], old_name="a", new_name="a")
    assert (Verdict.OK, Verdict.OK) == (again.old_to_new, again.new_to_old)
    assert again.findings == ()
    for description in find_top_descriptions(own):
        side = Side(own, description)
        found = analyze_migration(side, side, MachinePair(), sender_is_old=True, is_thorough=True)
        if path.stem in SKEWED:
            assert found.verdict is not Verdict.OK
        else:
            assert (Verdict.OK, ()) == (found.verdict, found.shown)


def test_the_founding_example_is_refused_exactly_in_mid_transfer() -> None:
    found = report("ide-evolution/before.vmsd", "ide-evolution/after.vmsd")
    assert (Verdict.OK, Verdict.CONDITIONAL) == (found.old_to_new, found.new_to_old)
    (finding,) = found.findings
    assert "subsection-added-needed" == finding.rule
    assert Verdict.REFUSED == finding.new_to_old.verdict
    assert "status & DRQ_STAT != 0" == finding.new_to_old.condition
    assert {"status": 8} == finding.new_to_old.witness


ESP = {  # real loads: which release takes which release's stream
    ("5_2", "7_2"): Verdict.UNKNOWN,  # it loads, unless the hooks that 7.2 added refuse
    ("5_2", "10_0"): Verdict.REFUSED,
    ("5_2", "11_1"): Verdict.REFUSED,
    ("7_2", "5_2"): Verdict.REFUSED,
    ("7_2", "10_0"): Verdict.REFUSED,
    ("7_2", "11_1"): Verdict.REFUSED,
    ("10_0", "5_2"): Verdict.REFUSED,
    ("10_0", "7_2"): Verdict.CORRUPT,
    ("10_0", "11_1"): Verdict.OK,
    ("11_1", "5_2"): Verdict.REFUSED,
    ("11_1", "7_2"): Verdict.REFUSED,
    ("11_1", "10_0"): Verdict.REFUSED,
}


@pytest.mark.parametrize(
    ("old", "new"),
    sorted(
        pair for pair in ESP if float(pair[0].replace("_", ".")) < float(pair[1].replace("_", "."))
    ),
)
def test_esp_is_as_real_loads_are(old: str, new: str) -> None:
    found = report(f"esp/esp_{old}.vmsd", f"esp/esp_{new}.vmsd")
    assert ESP[old, new] == found.old_to_new
    assert ESP[new, old] == found.new_to_old


def test_a_hook_that_came_leaves_the_verdict_open(tmp_path: Path) -> None:
    old, new = tmp_path / "old.vmsd", tmp_path / "new.vmsd"
    old.write_text("device d version 1 { a: u8; }")
    new.write_text("device d version 1 { hook post_load; a: u8; }")
    found = report(str(old), str(new))
    assert (Verdict.UNKNOWN, Verdict.UNKNOWN) == (found.old_to_new, found.new_to_old)
    assert ["hook-changed"] == [finding.rule for finding in found.findings]


def test_sizes_in_memory_decide_nothing(tmp_path: Path) -> None:
    """A dump says 8 bytes of a timer's pointer and 48 of the timer: the wire is the same."""
    old, new = tmp_path / "old.vmsd", tmp_path / "new.vmsd"
    old.write_text("@recorded device d version 1 { t: opaque[8]; }")
    new.write_text("@recorded device d version 1 { t: opaque[48]; }")
    found = report(str(old), str(new))
    assert (Verdict.UNKNOWN, Verdict.UNKNOWN) == (found.old_to_new, found.new_to_old)
    new.write_text("@recorded device d version 2 minimum 1 { t: opaque[48]; }")
    found = report(str(old), str(new))
    assert Verdict.REFUSED == found.new_to_old  # a version is a version


def test_the_shifted_bytes_are_named() -> None:
    found = report("esp/esp_7_2.vmsd", "esp/esp_10_0.vmsd")
    outcome = next(f.new_to_old for f in found.findings if f.rule == "field-added-ungated")
    assert Verdict.CORRUPT == outcome.verdict
    words = "`esp.ti_cmd` reads `esp.lun`, `esp.lun` reads `esp.drq_state`"
    assert words == outcome.detail
    assert outcome.byte_range is not None
    assert ("esp.ti_cmd", "esp.lun") == (outcome.byte_range.old, outcome.byte_range.new)


def test_what_is_declared_not_to_be_missed_is_not_lost(tmp_path: Path) -> None:
    """`@omitted`: of the sender that leaves it out; a receiver that cannot read it still loses."""
    old, new = tmp_path / "old.vmsd", tmp_path / "new.vmsd"
    text = "device d {{ s: u8; subsection p needed {} {{ {} a: u8; }} }}"
    old.write_text(text.format("s != 0", ""))
    new.write_text(text.format("s > 3", ""))
    assert Verdict.CONDITIONAL == report(str(old), str(new)).new_to_old
    new.write_text(text.format("s > 3", '@omitted("unused", "nobody reads it below 4")'))
    assert Verdict.OK == report(str(old), str(new)).new_to_old
    old.write_text('device d { @omitted("unused", "") a: u8; }')
    new.write_text("device d { unused[1]; }")
    assert Verdict.CONDITIONAL == report(str(old), str(new)).old_to_new
