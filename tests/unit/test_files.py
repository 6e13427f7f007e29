"""Reading and writing: whole files, only when they change; notes that Make and Ninja read."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsdl import files, project


def test_written_only_when_it_differs(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.py"
    assert files.write_if_changed(str(path), "one\n")
    before = path.stat()
    assert not files.write_if_changed(str(path), "one\n")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert files.write_if_changed(str(path), "two\n")
    assert path.read_bytes() == b"two\n"
    assert os.listdir(path.parent) == ["a.py"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_permissions_are_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.py"
    path.write_text("old")
    path.chmod(mode)
    files.write_if_changed(str(path), "new")
    assert path.stat().st_mode & 0o777 == mode


def test_new_files_have_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    files.write_if_changed(str(tmp_path / "a.py"), "x")
    assert (tmp_path / "a.py").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.py").write_text("old")
    (tmp_path / "a.py").symlink_to(tmp_path / "real" / "a.py")
    (tmp_path / "b.py").symlink_to("real/b.py")
    files.write_if_changed(str(tmp_path / "a.py"), "new")
    files.write_if_changed(str(tmp_path / "b.py"), "new")
    assert (tmp_path / "a.py").is_symlink()
    assert (tmp_path / "real" / "a.py").read_text() == "new"
    assert (tmp_path / "real" / "b.py").read_text() == "new"


def test_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.py"
    path.write_text("old")

    def fail(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        files.write_if_changed(str(path), "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.py"]


def test_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    # Two texts in turn, of a size that no disk writes at once.
    program = (
        "from vmsdl.files import write_if_changed\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        f"    for c in 'ab': write_if_changed({str(path)!r}, c * 2_000_000)\n"
    )
    for delay in (0.01, 0.023, 0.057):
        writer = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
        assert writer.stdout
        writer.stdout.readline()
        while not path.exists():
            time.sleep(0.001)
        time.sleep(delay)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        text = path.read_text()
        assert len(text) == 2_000_000
        assert len(set(text)) == 1
    # What a killed writer leaves is no module.
    assert [p.name for p in tmp_path.glob("*.py") if not p.name.startswith(".")] == ["a.py"]


def test_line_ends_and_a_mark_of_byte_order_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "a.vmsd"
    path.write_bytes(b"\xef\xbb\xbfconst A = 1;\r\nconst B = 2;\r\n")
    assert files.read_text(str(path)) == "const A = 1;\nconst B = 2;\n"


def test_more_than_any_schema_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "big.vmsd"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a hole: no disk is used
    with pytest.raises(OSError, match="larger than 16 MB"):
        files.read_text(str(path))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "No such file or directory"), "no such file or folder"),
        (PermissionError(13, "Permission denied"), "permission denied"),
        (IsADirectoryError(21, "Is a directory"), "is a folder"),
        (OSError(40, "Too many levels of symbolic links"), "too many levels of symbolic links"),
        (
            UnicodeDecodeError("utf-8", "aé\nbé".encode() + b"\xff", 7, 8, "invalid start byte"),
            "not UTF-8: byte 0xff at line 2, column 3",
        ),
    ],
)
def test_reasons_are_words(error: OSError | UnicodeDecodeError, words: str) -> None:
    assert files.describe_error(error) == words


def test_hidden_files_and_folders_are_no_sources(tmp_path: Path) -> None:
    for name in ("b.vmsd", "a/c.vmsd", ".git/d.vmsd", "a/.e.vmsd", "a/f.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [os.path.relpath(path, tmp_path) for path in project.find_schemas(str(tmp_path))]
    assert found == ["b.vmsd", "a/c.vmsd"]


AWKWARD = [
    "with space.vmsd",
    "a#b.vmsd",
    "$HOME.vmsd",
    "back\\slash.vmsd",
    "b\\ s.vmsd",
    "ünï.vmsd",
]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("name", AWKWARD)
def test_make_understands_the_depfile(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    (tmp_path / "deps.d").write_text(files.format_depfile(["out.py"], [name, "gone.vmsd"]))
    (tmp_path / "Makefile").write_text("out.py:\n\ttouch out.py\ninclude deps.d\n")

    def make() -> str:
        return subprocess.run(
            ["make", "out.py"], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    (tmp_path / "gone.vmsd").touch()
    assert "touch" in make()
    assert "up to date" in make()
    time.sleep(0.02)
    (tmp_path / name).touch()
    assert "touch" in make()
    # One that is gone asks for another run, not for a rule.
    (tmp_path / "gone.vmsd").unlink()
    assert "touch" in make()


@pytest.mark.skipif(shutil.which("ninja") is None, reason="ninja is not installed")
@pytest.mark.parametrize("name", AWKWARD)
def test_ninja_understands_the_depfile(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    (tmp_path / "made.d").write_text(files.format_depfile(["out.py"], [name]))
    (tmp_path / "build.ninja").write_text(
        "rule r\n  command = touch out.py && cp made.d out.d\n  depfile = out.d\n  deps = gcc\n"
        "build out.py: r\n"
    )

    def ninja() -> str:
        return subprocess.run(
            ["ninja"], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    assert "no work" not in ninja()
    assert "no work" in ninja()
    time.sleep(0.02)
    (tmp_path / name).touch()
    assert "no work" not in ninja()


@given(st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"])))
def test_depfile_is_one_rule_whatever_the_names(name: str) -> None:
    assert files.format_depfile(["out.py"], [name]).startswith("out.py: ")


def test_a_pipe_is_written_into_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert files.write_if_changed(str(pipe), "text\n")
        assert b"text\n" == os.read(reader, 100)
        assert 3 == files.write_chunks(str(pipe), (b"a", b"bc"))
        assert b"abc" == os.read(reader, 100)
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert [pipe] == list(tmp_path.iterdir())
