"""The folder of `diff --witness` shows its findings to whoever runs pytest in it."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.pipeline import read_schema
from vmsdl.cli import main
from vmsdl.diff.compare import compare
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DirectionResult, Report
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.nodes import INTEGER, Expr, Item, Literal, Member, ReceiverValue, Select
from vmsdl.replay.build_state import build_state
from vmsdl.replay.classes import ModuleCache
from vmsdl.replay.compare_values import Ends
from vmsdl.replay.folder import make_files
from vmsdl.replay.replay import Replay, report_disagreements, run_replays
from vmsdl.replay.run import run_migration
from vmsdl.schema.description import Schema

EXAMPLES = Path(__file__).parents[3] / "examples"


def schema_of(text: str) -> Schema:
    return read_schema({"case.vmsd": text})


def report(old: str, new: str, machine: str | None = None) -> Report:
    one = read_schema({"before.vmsd": old}, "before.vmsd")
    other = read_schema({"after.vmsd": new}, "after.vmsd")
    return compare([one], [other], old_name="before.vmsd", new_name="after.vmsd", machine=machine)


def tried(old: str, new: str, machine: str | None = None) -> list[Replay]:
    return list(run_replays(report(old, new, machine), ModuleCache()))


def words(old: str, new: str, machine: str | None = None) -> list[str]:
    return [
        each.skip_reason or each.disagreement or f"{each.direction} {each.run and each.run.verdict}"
        for each in tried(old, new, machine)
    ]


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
        env=environment,
    )


def test_the_written_tests_pass_by_themselves(tmp_path: Path) -> None:
    old, new = EXAMPLES / "esp" / "esp_7_2.vmsd", EXAMPLES / "esp" / "esp_10_0.vmsd"
    folder = tmp_path / "shown"
    output = str(tmp_path / "report.txt")
    assert 1 == main(["diff", str(old), str(new), "--witness", str(folder), "-q", "-o", output])
    done = run_pytest(folder)
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout
    text = (folder / "test_witness.py").read_text("utf-8")
    # The corruption that real QEMU commits: 10.0's `lun` is 7.2's `ti_cmd`.
    assert "    sent.esp.lun = 1\n" in text
    assert "    assert sent.esp.mig_ti_cmd == 0\n    assert loaded.esp.ti_cmd == 1\n" in text


def test_a_passing_test_shows_the_finding_and_a_wrong_stream_fails(tmp_path: Path) -> None:
    old, new = EXAMPLES / "ide-evolution" / "before.vmsd", EXAMPLES / "ide-evolution" / "after.vmsd"
    folder, output = tmp_path / "shown", str(tmp_path / "report.txt")
    assert 0 == main(["diff", str(old), str(new), "--witness", str(folder), "-q", "-o", output])
    (stream,) = (folder / "streams").iterdir()
    stream.write_bytes(stream.read_bytes()[:8])
    done = run_pytest(folder)
    assert done.returncode == 1
    assert "sent.encode() == data" in done.stdout


def test_a_state_with_what_an_element_has_to_be() -> None:
    fixed = "device d {{ a: {}[3]; }}"
    assert ["old-to-new lossy"] == words(fixed.format("u8"), fixed.format("bool"))


def test_elements_of_structs_and_the_places_in_them() -> None:
    inner = "struct s { a: u8; b: u16%s; }\ndevice d { one: s[2]; }"
    (found,) = tried(inner % "", inner % " where b < 9")
    assert {"one[0].b": 9} == found.result.witness
    assert b"\0\0\x09\0\0\0" == (found.run and found.run.data)


FIFO = """
struct row { local width: u32; cells: u16[width]; }
struct fifo {
    local capacity: u32;
    data: bytes[capacity];
    rows: row[capacity] with width = capacity;
}
device d {
    n: u8;
    subsection s version 1 needed retry != 0 { retry: u32;%s last: u8; }
    subsection t version 1 needed num != 0 { num: u8; fixed: fifo with capacity = 3; }
    subsection u version 1 needed other != 0 { other: u8; counted: fifo with capacity = n; }
}
"""


def test_a_struct_in_a_subsection_has_the_lengths_that_its_owner_gives() -> None:
    """The conditions read the siblings, so that the states have those subsections too."""
    assert set(words(FIFO % " gone: u8;", FIFO % "")) == {
        "old-to-new refused",
        "new-to-old refused",
    }


def test_a_subsection_is_made_with_its_lengths() -> None:
    schema = schema_of(FIFO % "")
    side = ModuleCache().open_side(Side(schema, schema.descriptions["d"]))
    state = build_state(side, {make_place("t", "num"): 1, make_place("t", "fixed", "data", 2): 5})
    again = side.cls.decode(state.object.encode())
    assert again.t.fixed.data == bytes((0, 0, 5))
    assert [list(row.cells) for row in again.t.fixed.rows] == [[0, 0, 0]] * 3


def make_place(first: str, *rest: str | int) -> Expr:
    place: Expr = Member(type=INTEGER, up=0, name=first)
    for part in rest:
        place = (
            Select(type=INTEGER, value=place, name=part)
            if isinstance(part, str)
            else Item(type=INTEGER, value=place, index=Literal(type=INTEGER, value=part))
        )
    return place


def test_a_version_that_refuses_its_own_stream_is_no_bug_of_ours() -> None:
    """A subsection whose name is not its owner's and more: `vmstate_load_state` skips it."""
    text = """device rtc as "mc146818rtc" {
        index: u8;
        @recorded
        subsection count as "%s" version 1 needed n != 0 { n: u16; }
    }"""
    found = words(text % "irq_count", text % "mc146818rtc/irq_count")
    assert ["new-to-old refused"] == found


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        ("any(x in flags: x)", {"flags[0]": True}),
        ("any(x in l: x.x == 7)", {"l[0].x": 7}),
        ("any(x in words: x > 3)", {"n": 1, "words[0]": 4}),
        ("not all(x in words: x < 4)", {"n": 1, "words[0]": 4}),
        ("any(x in l: x.x > 3) and any(x in l: x.y > 4)", {"l[0].x": 4, "l[0].y": 5}),
        ("any(x in words: x > 3) and not any(x in words: x < 6)", {"n": 1, "words[0]": 6}),
    ],
)
def test_an_example_is_a_state_and_not_a_question(
    needed: str, expected: dict[str, int | bool]
) -> None:
    old = f"""struct e {{ x: u32; y: u32; }}
    device d {{ flags: bool[4]; n: u8; words: u8[n]; l: list<e>;
        subsection s version 1 needed {needed} {{ a: u8; }} }}"""
    new = old.partition("subsection")[0] + "}"
    (found,) = tried(old, new)
    assert expected == found.result.witness
    assert "refused" == (found.run and found.run.verdict), found.skip_reason


def test_a_value_of_the_receivers_own_is_in_what_it_loads_into() -> None:
    one, other = (
        Side(schema, schema.descriptions["d"])
        for schema in map(schema_of, ("device d { a: u8; }", "device d { a: u8 equal; }"))
    )
    ends = Ends(ModuleCache().open_side(one), ModuleCache().open_side(other), sender_is_old=True)
    a = Member(type=INTEGER, up=0, name="a")
    theirs = ReceiverValue(type=INTEGER, path=("a",))
    state = build_state(ends.sender, {a: 1, theirs: 2})
    found = run_migration(ends, state.object, state.receiver)
    assert "not-equal" == (found.refusal and found.refusal.reason)
    state = build_state(ends.sender, {a: 2, theirs: 2})
    assert "ok" == run_migration(ends, state.object, state.receiver).verdict


def test_what_would_need_a_giant_array_is_said_and_not_made() -> None:
    old = "device d { n: u32; a: bytes[n]; }"
    new = "device d { n: u32 where n != 4000000000 ; a: bytes[n]; }"
    (found,) = (each for each in tried(old, new) if each.result.verdict is Verdict.REFUSED)
    assert "`a` would have 4000000000 bytes" == found.skip_reason


def test_a_configuration_is_the_same_at_both_ends() -> None:
    old = "device d { property big: bool = false; a: u8 if big; }"
    new = "device d { property big: bool = false; a: u8 if big; b: u8 if big; }"
    assert ["old-to-new refused", "new-to-old refused"] == words(old, new)


def test_a_machine_type_decides() -> None:
    machine = 'machine "pc-1" { d.big = true; }'
    old = "device d { property big: bool = false; a: u8; }\n" + machine
    new = "device d { property big: bool = false; a: u8; b: u8 if big; }\n" + machine
    assert ["old-to-new refused", "new-to-old refused"] == words(old, new, "pc-1")


def test_a_section_that_is_gone_is_refused_without_a_decoder() -> None:
    found = tried("device d { a: u8; }\ndevice e { a: u8; }", "device d { a: u8; }")
    assert [None] == [each.receiver for each in found]
    assert b"\0" == found[0].run.data if found[0].run else None


def test_where_the_codecs_do_something_else_it_is_a_bug_of_ours() -> None:
    made = report("device d { a: u8; }", "device d { a: u8; b: u8; }")
    first, *rest = made.findings
    assert first.old_to_new.verdict is Verdict.REFUSED
    wrong = replace(first.old_to_new, verdict=Verdict.CORRUPT)
    made = replace(made, findings=(replace(first, old_to_new=wrong), *rest))
    found = tuple(run_replays(made, ModuleCache()))
    assert "the receiver refuses the state as truncated" in found[0].disagreement
    bug = report_disagreements(made, found).findings[0]
    assert "witness-not-reproduced" == bug.rule
    assert bug.old_to_new.verdict is Verdict.UNKNOWN
    text = make_files("before.vmsd", "after.vmsd", found, ModuleCache())["test_witness.py"].decode()
    assert "A bug in vmsdl: the receiver refuses the state as truncated" in text


def test_a_bug_of_ours_is_loud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from vmsdl.replay import replay as module

    def disagreement(outcome: DirectionResult, actual: object, result: object) -> str:
        return "the receiver loads the state: ok"

    monkeypatch.setattr(module, "find_disagreement", disagreement)
    old, new = EXAMPLES / "ide-evolution" / "before.vmsd", EXAMPLES / "ide-evolution" / "after.vmsd"
    assert 70 == main(["diff", str(old), str(new), "--witness", str(tmp_path / "shown")])
    out, err = capsys.readouterr()
    assert "error: this is a bug in vmsdl: ide_drive.pio_state [subsection-added-needed]" in err
    assert "rule: witness-not-reproduced" in out
    assert (tmp_path / "shown" / "test_witness.py").exists()


@pytest.mark.parametrize("name", ['d"]*3', "../../d", "ÄÖ", "d" * 200])
def test_names_of_files_and_tests_are_safe(name: str) -> None:
    quoted = name.replace('"', '\\"')
    found = tried(f'device d as "{quoted}" {{ a: u8; }}', f'device d as "{quoted}" {{ a: u16; }}')
    written = make_files("a.vmsd", "b.vmsd", tuple(found), ModuleCache())
    for path in written:
        assert path.isascii()
        assert ".." not in path
        assert len(path) < 250
    compile(written["test_witness.py"], "test_witness.py", "exec")
