"""What no transcript can show: our own bugs, pipes, interrupts, terminals, what is loaded."""

import os
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from vmsdl import cli
from vmsdl.cli.commands import check
from vmsdl.cli.registry import COMMANDS, STREAM_ACTIONS

HEAVY = {"lark", "jinja2", "black", "hatchling", "setuptools", "asyncio", "vmsdl.driver"}
CARD = "device card { status: u8; }\n"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "card.vmsd"
    path.write_text(CARD)
    return path


def command(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
    said: subprocess.CompletedProcess[str] = subprocess.run(
        [sys.executable, "-m", "vmsdl", *map(str, words)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        **options,  # type: ignore[call-overload]
    )
    return said


def imported(*words: object) -> set[str]:
    """The modules that a command loads."""
    program = (
        "import sys; from vmsdl.cli import main; status = main(sys.argv[1:]);"
        "print(status, *sys.modules, file=sys.stderr)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, *map(str, words)], capture_output=True, text=True
    )
    status, *modules = said.stderr.splitlines()[-1].split()
    assert status == "0", said
    return {name.partition(".")[0] for name in modules} | set(modules)


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["compile", "--help"]])
def test_help_loads_no_compiler(words: list[str]) -> None:
    said = command(*words)
    assert said.returncode == 0
    program = "import sys; from vmsdl.cli import main; main(sys.argv[1:]); print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True
    ).stdout.split()
    assert not HEAVY & set(modules)
    assert "dataclasses" not in modules


def test_every_command_has_its_row_and_its_module() -> None:
    folder = Path(check.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    parts = {name for name in files if name.startswith("diff_")}
    rows = (*COMMANDS, *STREAM_ACTIONS)
    assert {row.module for row in rows} == files - parts
    for row in rows:
        module = import_module(f"vmsdl.cli.commands.{row.module}")
        assert callable(module.configure)
        assert callable(getattr(module, "run", None)) == (row.name != "stream")
        assert hasattr(module, "DESCRIPTION") == (row in COMMANDS)


def test_up_to_date_loads_no_compiler(card: Path) -> None:
    assert HEAVY & imported("compile", card)
    again = imported("compile", card)
    assert not HEAVY & again
    assert "dataclasses" not in again


def test_our_bug_is_said_to_be_ours(
    card: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise KeyError("what")

    monkeypatch.setattr(check, "run", fail)
    assert cli.main(["check", str(card)]) == 70
    said = capsys.readouterr().err
    assert "this is a bug in vmsdl" in said
    assert "KeyError: 'what'" in said
    assert "Traceback" not in said
    assert cli.main(["-v", "check", str(card)]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_exhaustion_is_no_traceback(
    card: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise RecursionError("deep")

    monkeypatch.setattr(check, "run", fail)
    assert cli.main(["check", str(card)]) == 70
    assert "Traceback" not in capsys.readouterr().err


def test_interrupt(card: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "run", stop)
    assert cli.main(["check", str(card)]) == 130


def test_reader_that_goes_away_is_no_error() -> None:
    said = subprocess.run(
        f"{sys.executable} -m vmsdl explain --all | head -1",
        shell=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout
    assert said.stderr == ""


@pytest.mark.parametrize("stream", ["stdout", "stderr", "stdin"])
def test_closed_streams(card: Path, stream: str) -> None:
    number = ["stdin", "stdout", "stderr"].index(stream)
    said = subprocess.run(
        f"{sys.executable} -m vmsdl check {card} {number}>&-",
        shell=True,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_terminal(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "磁.vmsd").write_text("// 磁盘\ndevice d { a: u9; } // 盘\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    said = command("check", "磁.vmsd", cwd=tmp_path, env=environment)
    assert said.returncode == 1
    assert "error[unknown-type]" in said.stderr
    said = command("check", "--format", "json", "磁.vmsd", cwd=tmp_path, env=environment)
    assert '"code": "unknown-type"' in said.stdout


def test_name_that_is_not_utf_8(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"caf\xe9.vmsd")
    with open(name, "w") as file:
        file.write("device d { a: u9; }\n")
    said = subprocess.run([sys.executable, "-m", "vmsdl", "check", name], capture_output=True)
    assert said.returncode == 1
    assert b"error[unknown-type]" in said.stderr
    for form in ("json", "sarif", "github"):
        said = subprocess.run(
            [sys.executable, "-m", "vmsdl", "check", "--format", form, name], capture_output=True
        )
        assert said.returncode == 1
        assert b"unknown-type" in said.stdout


@pytest.mark.parametrize(
    ("terminal", "words", "environment", "colored"),
    [
        (True, [], {}, True),
        (True, [], {"NO_COLOR": "1"}, False),
        (True, ["--color", "never"], {}, False),
        (True, ["--color", "always"], {"NO_COLOR": "1"}, True),
        (True, [], {"TERM": "dumb"}, False),
        (False, [], {}, False),
    ],
)
def test_color(
    card: Path, terminal: bool, words: list[str], environment: dict[str, str], colored: bool
) -> None:
    card.write_text("device d { a: u9; }\n")
    variables = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    variables |= {"TERM": "xterm", **environment}
    ours, theirs = os.openpty() if terminal else os.pipe()
    arguments = [sys.executable, "-m", "vmsdl", "check", *words, str(card)]
    subprocess.run(arguments, stderr=theirs, stdin=subprocess.DEVNULL, env=variables)
    os.close(theirs)
    said = os.read(ours, 10_000)
    os.close(ours)
    assert (b"\x1b[" in said) == colored


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_what_may_not_be_read_or_written(card: Path) -> None:
    card.chmod(0)
    said = command("check", card)
    assert (said.returncode, "permission denied" in said.stderr) == (2, True)
    card.chmod(0o644)
    card.parent.chmod(0o555)
    said = command("compile", card)
    card.parent.chmod(0o755)
    assert (said.returncode, "permission denied" in said.stderr) == (2, True)
    assert [path.name for path in card.parent.iterdir()] == ["card.vmsd"]


def test_stdout_gives_the_module(card: Path) -> None:
    said = command("compile", "--stdout", card)
    assert said.returncode == 0
    compile(said.stdout, "card.py", "exec")
    assert [path.name for path in card.parent.iterdir()] == ["card.vmsd"]


def test_errors_of_one_input_leave_its_modules_alone(card: Path) -> None:
    assert command("compile", card).returncode == 0
    before = card.with_suffix(".py").read_bytes()
    card.write_text(CARD.replace("u8", "u9"))
    assert command("compile", card).returncode == 1
    assert card.with_suffix(".py").read_bytes() == before


def test_runs_at_the_same_time_write_whole_files(tmp_path: Path) -> None:
    for n in range(4):
        (tmp_path / f"card{n}.vmsd").write_text(CARD.replace("card", f"card{n}"))
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "vmsdl", "compile", "-q", str(tmp_path), "-o", f"{tmp_path}/out"]
        )
        for _ in range(3)
    ]
    assert [run.wait() for run in runs] == [0, 0, 0]
    assert command("compile", "--check", tmp_path, "-o", tmp_path / "out").returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
@pytest.mark.parametrize(
    "words",
    [
        ["--version"],
        ["--help"],
        ["check", "--help"],
        ["diff", "--print-schema"],
        ["explain", "import-unreadable"],
        ["show", "card.vmsd"],
        ["compile", "--stdout", "card.vmsd"],
        ["diff", "card.vmsd", "card.vmsd"],
        ["check", "--format", "json", "card.vmsd"],
    ],
)
def test_a_full_disk_is_one_line(card: Path, words: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "vmsdl", *words],
            cwd=card.parent,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1:] == [
        "error: cannot write to stdout: no space left on device"
    ]


@pytest.mark.parametrize(
    "words", [["check", "-"], ["format", "-"], ["show", "-"], ["diff", "-", "card.vmsd"]]
)
def test_a_closed_stdin_is_one_line(card: Path, words: list[str]) -> None:
    command = shlex.join([sys.executable, "-m", "vmsdl", *words])
    done = subprocess.run(
        ["sh", "-c", f"{command} <&-"], cwd=card.parent, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr == "error: cannot read stdin: it is closed\n"


@pytest.mark.parametrize(
    "words",
    [
        ["compile", "NAME", "-o", "out", "--depfile", "out.d"],
        ["export", "c", "NAME", "-o", "out"],
        ["release", "1", "NAME"],
    ],
)
def test_what_cannot_name_a_file_is_not_written(tmp_path: Path, words: list[str]) -> None:
    name = os.fsdecode(b"caf\xe9.vmsd")
    (tmp_path / name).write_text("device d { a: u8; }\n")
    done = subprocess.run(
        [sys.executable, "-m", "vmsdl", *(name if word == "NAME" else word for word in words)],
        cwd=tmp_path,
        capture_output=True,
    )
    assert done.returncode == 2
    assert b"whose name is not UTF-8" in done.stderr
    assert not (tmp_path / "out.d").exists()
    assert not (tmp_path / "releases" / "1").exists()
