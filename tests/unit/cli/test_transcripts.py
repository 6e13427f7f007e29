"""Each transcript of tests/corpus/cli, run in a folder of its own that holds the files beside it.

A line that begins with `$` is a command: `vmsdl …` (which may end in `< FILE` or `> FILE`), or one
for the shell. Below a `vmsdl` command stand its exit status and, where there is any, what it wrote.
All else is prose. `--bless` writes what came out.
"""

import io
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vmsdl.cli import main
from vmsdl.cli.registry import COMMANDS
from vmsdl.version import VERSION

CORPUS = Path(__file__).parents[2] / "corpus" / "cli"
TRANSCRIPTS = sorted(path.stem for path in CORPUS.glob("*.txt"))


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_commands_say_what_the_transcript_holds(
    name: str, bless: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = CORPUS / f"{name}.txt"
    expected = file.read_text(encoding="utf-8")
    shutil.copytree(CORPUS / "files", tmp_path, dirs_exist_ok=True)
    shutil.copytree(CORPUS.parent / "import-c" / "tree", tmp_path / "qemu")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1798675200")  # 2026-12-31
    monkeypatch.delenv("NO_COLOR", raising=False)
    actual = "\n".join(_replayed(expected.splitlines())) + "\n"
    assert "this is a bug" not in actual
    if bless and actual != expected:
        file.write_text(actual, encoding="utf-8")
        pytest.fail("blessed, read the difference and run again")
    assert actual == expected


def test_every_command_has_a_transcript() -> None:
    said = "\n".join((CORPUS / f"{name}.txt").read_text("utf-8") for name in TRANSCRIPTS)
    missing = [row.name for row in COMMANDS if f"$ vmsdl {row.name}" not in said]
    assert not missing


def _replayed(lines: list[str]) -> Iterator[str]:
    """The transcript as it comes out now."""
    is_output = False
    for line in lines:
        if line.startswith("$ "):
            is_output = line.startswith("$ vmsdl")
            yield line
            if is_output:
                yield from _run(line.removeprefix("$ vmsdl"))
            else:
                subprocess.run(line[2:], shell=True, check=True)
        elif is_output and not line:
            is_output = False
            yield ""
        elif not is_output:
            yield line


def _run(command: str) -> Iterator[str]:
    words = shlex.split(command)
    stdin, target = b"", None
    if "<" in words:
        stdin = Path(words.pop(words.index("<") + 1)).read_bytes()
        words.remove("<")
    if ">" in words:
        target = Path(words.pop(words.index(">") + 1))
        words.remove(">")
    with _streams(stdin) as (out, err):
        status = main(words)
        sys.stdout.flush()
        sys.stderr.flush()
    if target:
        target.write_bytes(out.getvalue())
    yield f"[exit {status}]"
    for name, stream in (("stdout", out), ("stderr", err)):
        text = stream.getvalue().decode("utf-8").replace(VERSION, "VERSION")
        if text and not (target and name == "stdout"):
            yield f"[{name}]"
            # An empty line would end the output.
            yield from (line or "." for line in text.removesuffix("\n").split("\n"))


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    saved = sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8")
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8")
    try:
        yield out, err
    finally:
        streams = sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = saved
        for stream in streams:
            stream.flush()
            stream.detach()
