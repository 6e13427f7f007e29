"""OLD and NEW of `vmsdl diff`, of every kind: what each of them shows, and what it cannot."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.dump_comparison_table import EXTRACTS
from tests.support.streams import assembled, recorded_sets
from tests.unit.cli.test_stream_commands import Run, run

__all__ = ["run"]

OF_10_0, OF_7_2 = "10.0-pc52-esp", "7.2-pc52-esp"


@pytest.fixture
def streams(tmp_path: Path) -> Path:
    for name in (OF_10_0, OF_7_2):
        (tmp_path / f"{name}.mig").write_bytes(assembled(recorded_sets()[name]))
    return tmp_path


def report(run: Run, old: str, new: str) -> Any:
    status, out, err = run("diff", old, new, "--format", "json")
    assert status in (0, 1), err
    return json.loads(out)


def outcomes(found: Any, device: str, way: str) -> list[Any]:
    return [each[way] for each in found["findings"] if each["device"] == device]


# 10.0 to 7.2 loads in real QEMU, with wrong values; 7.2 to 10.0 is refused by one byte, which 10.0
# reads only from older streams: no stream of 10.0 shows it.


def test_two_streams_show_which_bytes_are_read_as_others(run: Run, streams: Path) -> None:
    found = report(run, f"{OF_7_2}.mig", f"{OF_10_0}.mig")
    esp = next(each for each in found["devices"] if each["name"] == "pciespscsi")
    assert ("unknown", "corrupt") == (esp["old_to_new"], esp["new_to_old"])
    worst = [
        each
        for each in outcomes(found, "pciespscsi", "new_to_old")
        if each["verdict"] == "corrupt" and each["bytes"] is not None
    ]
    assert {"from": 423, "to": 424, "old": "esp.ti_cmd", "new": "esp.lun"} == worst[0]["bytes"]
    assert "`esp.ti_cmd` reads `esp.lun`, `esp.lun` reads `esp.drq_state`" in worst[0]["detail"]
    assert "`minimum_version_id`, fields that exist" in worst[0]["detail"]


def test_which_of_two_streams_is_of_the_newer_program_is_seen(run: Run, tmp_path: Path) -> None:
    for name, age, fields in (
        ("older", "before 8.2", "a: u8; b: u8;"),
        ("newer", "10.0 or later", "b: u8; c: u8;"),
    ):
        text = f'@recorded("{age}") device d version 1 minimum 0 {{ {fields} }}\n'
        (tmp_path / f"{name}.vmsd").write_text(text)
    there = report(run, "older.vmsd", "newer.vmsd")
    assert ("unknown", "corrupt") == (there["old_to_new"], there["new_to_old"])
    back = report(run, "newer.vmsd", "older.vmsd")
    assert ("corrupt", "unknown") == (back["old_to_new"], back["new_to_old"])


def test_an_array_that_was_cut_is_no_field_in_the_place_of_another(run: Run, streams: Path) -> None:
    found = report(run, f"{OF_7_2}.mig", f"{OF_10_0}.mig")
    assert ["pciespscsi"] == [
        each["name"] for each in found["devices"] if "corrupt" in each.values()
    ]


def test_a_stream_with_itself_has_no_finding(run: Run, streams: Path) -> None:
    found = report(run, f"{OF_7_2}.mig", f"{OF_7_2}.mig")
    assert [] == found["findings"]
    assert "ok" == found["old_to_new"]


def test_what_only_one_stream_has_is_not_called_removed(run: Run, streams: Path) -> None:
    (streams / "ide.mig").write_bytes(assembled(recorded_sets()["7.2-pc52-ide"]))
    found = report(run, f"{OF_7_2}.mig", "ide.mig")
    (esp,) = (each for each in found["findings"] if each["device"] == "pciespscsi")
    assert "unknown" == esp["old_to_new"]["verdict"]
    assert "did not need to send" in esp["old_to_new"]["detail"]


def test_no_fix_is_proposed_for_what_was_recorded(run: Run, streams: Path) -> None:
    found = report(run, f"{OF_7_2}.mig", f"{OF_10_0}.mig")
    assert [] == [fix for each in found["findings"] for fix in each["fixes"]]


def test_a_witness_is_tried_with_the_codecs_of_what_was_recorded(run: Run, streams: Path) -> None:
    status, _, err = run("diff", f"{OF_7_2}.mig", f"{OF_10_0}.mig", "--witness", "shown")
    assert 1 == status, err
    assert list((streams / "shown").iterdir())


def test_a_dump_is_compared_with_all_kinds(run: Run, streams: Path) -> None:
    dump = str(EXTRACTS / "7.2-x86_64-pc.json")
    (streams / "fdc.vmsd").write_text("device fdc version 2 minimum 1 { a: u8; }\n")
    for other in (f"{OF_7_2}.mig", "fdc.vmsd", dump):
        found = report(run, dump, other)
        assert {found["old_to_new"], found["new_to_old"]} <= {"ok", "unknown", "refused"}


def test_a_version_that_is_too_new_is_known_of_a_dump(run: Run, streams: Path) -> None:
    found = report(run, *(str(EXTRACTS / f"{name}-x86_64-pc.json") for name in ("5.2", "7.2")))
    esp = next(each for each in found["devices"] if each["name"] == "pciespscsi")
    assert "refused" == esp["new_to_old"]


def test_a_revision_has_streams_and_dumps_too(run: Run, streams: Path) -> None:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b")
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "one")):
        subprocess.run((*git, *words), check=True)
    found = report(run, f"git:HEAD:{OF_7_2}.mig", f"{OF_7_2}.mig")
    assert ("ok", []) == (found["old_to_new"], found["findings"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"QEVM", "the stream's header needs 4 bytes"),
        (b'{"a": 1}', "is not a .vmsd file, a stream or a dump"),
        (b'{"a": ', "is not a .vmsd file, a stream or a dump"),
        (b'{"vmschkmachine": {"Name": "pc"}, "a": 3}', "is not a .vmsd file, a stream or a dump"),
    ],
)
def test_what_cannot_be_read_is_told(run: Run, streams: Path, text: bytes, words: str) -> None:
    (streams / "bad").write_bytes(text)
    status, _, err = run("diff", "bad", f"{OF_7_2}.mig")
    assert 2 == status
    assert words in err
