"""`vmsdl diff` of what real QEMU says of itself: dumps and streams of two of its machine types."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import qemu
from tests.support.qemu_machines import Machine, loaded, saved
from vmsdl.cli import main

# The tests run a real QEMU, which a machine may not have; `.ci/run` installs it.
pytestmark = pytest.mark.skipif(
    qemu.BINARY is None, reason="there is no qemu-system-x86_64 to be asked"
)

TYPES = ("pc-i440fx-5.2", "pc-i440fx-7.2")


def machine(type_: str) -> Machine:
    return Machine(type_, ("-M", type_, "-device", "am53c974"))


def compared(paths: list[Path], capfd: pytest.CaptureFixture[str]) -> Any:
    old, new = paths
    status = main(["diff", str(old), str(new), "--format", "json"])
    assert status in (0, 1)
    return json.loads(capfd.readouterr().out)


@pytest.fixture
def dumps(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.json" for name in TYPES]
    for name, path in zip(TYPES, paths, strict=True):
        command = [str(qemu.BINARY), "-M", name, "-display", "none", "-dump-vmstate", str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    return paths


@pytest.fixture
def streams(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.mig" for name in TYPES]
    for name, path in zip(TYPES, paths, strict=True):
        path.write_bytes(saved(machine(name)))
    return paths


def test_one_program_is_the_same_whichever_machine_its_dump_is_of(
    dumps: list[Path], capfd: pytest.CaptureFixture[str]
) -> None:
    report = compared(dumps, capfd)
    assert ("ok", "ok") == (report["old_to_new"], report["new_to_old"])
    assert len(report["devices"]) > 100


def test_what_loads_is_not_called_broken(
    streams: list[Path], capfd: pytest.CaptureFixture[str]
) -> None:
    for path in streams:
        assert loaded(machine(path.stem), path.read_bytes()).loaded
    report = compared(streams, capfd)
    verdicts = {device[way] for device in report["devices"] for way in ("old_to_new", "new_to_old")}
    assert set() == verdicts & {"corrupt", "refused", "lossy"}
    esp = next(each for each in report["devices"] if each["name"] == "pciespscsi")
    assert ("ok", "ok") == (esp["old_to_new"], esp["new_to_old"])


def test_a_stream_and_a_dump_of_one_program_do_not_contradict_each_other(
    dumps: list[Path], streams: list[Path], capfd: pytest.CaptureFixture[str]
) -> None:
    report = compared([streams[1], dumps[1]], capfd)
    assert {report["old_to_new"], report["new_to_old"]} <= {"ok", "unknown"}
