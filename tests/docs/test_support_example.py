"""examples/support: its README shows what the script prints, on streams put together here."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.examples import EXAMPLES, example
from tests.support.streams import assembled, recorded_sets
from vmsdl import qemu
from vmsdl.qemu import open_stream

README = EXAMPLES / "support" / "README.md"
STREAMS = {"before": "7.2-pc52-ide", "after": "10.0-pc52-ide", "esp": "11.1-pc52-esp"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, recorded in STREAMS.items():
        (tmp_path / f"{name}.mig").write_bytes(assembled(recorded_sets()[recorded]))
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command.replace("examples/", f"{EXAMPLES}/"))
    assert words[0] == "python"
    return subprocess.run(
        [sys.executable, *words[1:]], cwd=folder, capture_output=True, text=True, timeout=120
    )


def test_the_readme_shows_what_it_prints(folder: Path, bless: bool) -> None:
    text = README.read_text(encoding="utf-8")
    shown: list[str] = []
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        lines = ""
        for command in re.findall(r"^\$ (.*)$", block, re.M):
            done = run(command, folder)
            assert done.stderr == ""
            output = done.stdout.replace(f"{EXAMPLES}/", "examples/")
            lines += f"$ {command}\n{output.partition('undetermined:')[0].rstrip()}\n"
        shown.append(lines)
        if bless:
            text = text.replace(block, lines)
    if bless:
        README.write_text(text, encoding="utf-8")
    assert shown == re.findall(r"```console\n(.*?)```", README.read_text(encoding="utf-8"), re.S)


def test_what_was_lifted_is_there_and_nothing_else(folder: Path) -> None:
    script = "python examples/support/support.py lift i8259 --instance 1"
    done = run(f"{script} after.mig --into before.mig -o new.mig", folder)
    assert (done.returncode, done.stderr) == (0, "")
    new, before, after = (
        open_stream(folder / f"{name}.mig") for name in ("new", "before", "after")
    )
    for device in new.devices:
        is_lifted = (device.idstr, device.instance_id) == ("i8259", 1)
        source = after if is_lifted else before
        assert device.data == source.device(device.idstr, device.instance_id).data


@pytest.mark.parametrize(
    "command",
    [
        "compare before.mig none.mig",
        "lift nothing after.mig --into before.mig -o new.mig",
        "lift i8259 after.mig --into before.mig -o new.mig",
        "compare before.mig empty.mig",
    ],
)
def test_it_says_what_is_wrong(command: str, folder: Path) -> None:
    (folder / "empty.mig").write_bytes(b"")
    done = run(f"python examples/support/support.py {command}", folder)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


def test_the_librarys_readme_is_true(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(
        r"```python\n(.*?)```", (Path(qemu.__file__).parent / "README.md").read_text("utf-8"), re.S
    )
    monkeypatch.chdir(folder)
    (folder / "before.mig").rename("vm.mig")
    monkeypatch.setitem(
        sys.modules, "mc146818rtc", example("pc", "mc146818rtc").modules["mc146818rtc"]
    )
    exec(code, {})
    before, later = (
        open_stream(path).device("mc146818rtc").values()["fields"]
        for path in ("vm.mig", "later.mig")
    )
    assert later["base_rtc"] == before["base_rtc"] + 3600
    assert {name for name in before if before[name] != later[name]} == {"base_rtc"}
