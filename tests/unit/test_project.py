"""What a stranger's schema, link or configuration can make be read and written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vmsdl import project
from vmsdl.config import ConfigError, read_config
from vmsdl.project import check_output, find_project, find_schemas, make_reader

SECRET = "device secret version 1 { token: u8; }\n"
CARD = "device card version 1 { level: u8; }\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, with a secret and a schema beside it."""
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    (folder / "devices").mkdir()
    (folder / "shared").mkdir()
    (folder / "shared" / "pci.vmsd").write_text("struct pci { a: u8; }\n")
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "other.vmsd").write_text(SECRET)
    monkeypatch.delenv(project.VARIABLE, raising=False)
    monkeypatch.chdir(folder)
    return folder


def run(*words: str, status: int) -> str:
    """A command in a process of its own, that may take five seconds; all that it said."""
    done = subprocess.run(
        (sys.executable, "-m", "vmsdl", *words),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
    )
    said = done.stdout + done.stderr
    assert done.returncode == status, said
    assert "token" not in said
    return said


COMMANDS = [
    ("check", 1),
    ("compile", 1),
    ("show", 1),
    ("diff", 2),
]


@pytest.mark.parametrize(("command", "status"), COMMANDS)
@pytest.mark.parametrize("name", ["../../secret.txt", "../../other.vmsd", "link.vmsd"])
def test_imports_stay_in_the_project(checkout: Path, command: str, status: int, name: str) -> None:
    (checkout / "devices" / "link.vmsd").symlink_to(checkout.parent / "secret.txt")
    (checkout / "devices" / "card.vmsd").write_text(f'import "{name}";\n{CARD}')
    words = ("devices/card.vmsd",) * (2 if command == "diff" else 1)
    assert "outside the project" in run(command, *words, status=status)


@pytest.mark.parametrize("name", ["notes.txt", "pipe.vmsd"])
def test_an_import_is_a_regular_vmsd_file(checkout: Path, name: str) -> None:
    (checkout / "devices" / "notes.txt").write_text(SECRET)
    os.mkfifo(checkout / "devices" / "pipe.vmsd")
    (checkout / "devices" / "card.vmsd").write_text(f'import "{name}";\n{CARD}')
    said = run("check", "devices/card.vmsd", status=1)
    assert "not a .vmsd file" in said or "not a regular file" in said


def test_an_import_of_the_same_project_is_read(checkout: Path) -> None:
    (checkout / "devices" / "card.vmsd").write_text(
        'import "../shared/pci.vmsd";\ndevice card version 1 { p: pci; }\n'
    )
    run("check", "--strict", "devices/card.vmsd", status=0)
    os.chdir("/")
    run("check", str(checkout / "devices" / "card.vmsd"), status=0)


def test_the_environment_names_a_wider_project(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "card.vmsd").write_text(f'import "../other.vmsd";\n{CARD}')
    run("check", "card.vmsd", status=1)
    monkeypatch.setenv(project.VARIABLE, "..")
    run("check", "card.vmsd", status=0)


@pytest.mark.parametrize("command", ["check", "format", "compile", "show"])
def test_a_link_out_of_the_project_is_not_read(checkout: Path, command: str) -> None:
    (checkout / "card.vmsd").symlink_to(checkout.parent / "other.vmsd")
    assert "leads outside the project" in run(command, "card.vmsd", status=2)
    if command != "show":
        assert "outside the project" in run(command, ".", status=2)


def test_a_pipe_in_a_folder_is_no_schema(checkout: Path) -> None:
    os.mkfifo(checkout / "devices" / "card.vmsd")
    assert "not a regular file" in run("check", "devices", status=2)


def read_sources(folder: str) -> list[str]:
    found = read_config(folder)
    assert found is not None
    return found.schemas()


@pytest.mark.parametrize("key", ["output", "sources", "releases", "suppressions"])
def test_a_configuration_names_nothing_outside(checkout: Path, key: str) -> None:
    value = '["../other.vmsd"]' if key == "sources" else '"../elsewhere"'
    table = "tool.vmsdl" if key in ("output", "sources") else "tool.vmsdl.diff"
    (checkout / "pyproject.toml").write_text(f"[{table}]\n{key} = {value}\n")
    with pytest.raises(ConfigError, match="outside the project"):
        read_sources(str(checkout))


def test_a_release_reads_its_own_folder_alone(checkout: Path) -> None:
    (checkout / "card.vmsd").write_text(CARD)
    run("release", "1", "card.vmsd", status=0)
    frozen = checkout / "releases" / "1" / "card.vmsd"
    frozen.unlink()
    frozen.symlink_to(checkout.parent / "other.vmsd")
    said = run("diff", "--all-releases", "card.vmsd", status=1)
    assert "outside the project" in said


def test_modules_stay_in_the_output_folder(checkout: Path) -> None:
    (checkout / "card.vmsd").write_text(CARD)
    (checkout / "out").mkdir()
    (checkout / "out" / "card.py").symlink_to("../../stolen.py")
    assert "leads out of its folder" in run("compile", "card.vmsd", "-o", "out", status=2)
    assert not (checkout.parent / "stolen.py").exists()
    (checkout / "out" / "card.py").unlink()
    os.mkfifo(checkout / "out" / "card.py")
    assert "not a regular file" in run("compile", "card.vmsd", "-o", "out", status=2)
    assert os.listdir(checkout / "out") == ["card.py"]


def test_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(project.VARIABLE, raising=False)
    inner = tmp_path / "a" / "b" / "c"
    inner.mkdir(parents=True)
    schema = str(inner / "card.vmsd")
    monkeypatch.chdir("/")
    monkeypatch.chdir(tmp_path / "a")
    assert find_project(schema) == str(tmp_path / "a")  # the current folder holds it
    (tmp_path / "a" / "b" / "pyproject.toml").touch()
    assert find_project(schema) == str(tmp_path / "a")  # found before, in this process
    project._find_project.cache_clear()
    assert find_project(schema) == str(tmp_path / "a" / "b")
    (inner / "pyproject.toml").touch()
    project._find_project.cache_clear()
    assert find_project(schema) == str(tmp_path / "a" / "b")  # the outermost
    (inner / ".git").touch()  # as of a work tree
    project._find_project.cache_clear()
    assert find_project(schema) == str(inner)
    monkeypatch.setenv(project.VARIABLE, str(tmp_path))
    assert find_project(schema) == str(tmp_path)


def test_a_name_that_begins_alike_is_outside(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert project.is_inside(str(tmp_path / "a" / "x"), str(tmp_path / "a"))
    assert not project.is_inside(str(tmp_path / "ab" / "x"), str(tmp_path / "a"))


def test_links_inside_are_followed(checkout: Path) -> None:
    (checkout / "devices" / "pci.vmsd").symlink_to("../shared/pci.vmsd")
    assert list(find_schemas("devices")) == ["devices/pci.vmsd"]
    reader = make_reader(["devices"])
    assert reader("devices/pci.vmsd").startswith("struct pci")
    check_output("devices/new.py", "devices")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_a_revision_has_no_outside(checkout: Path) -> None:
    shutil.rmtree(checkout / ".git")
    (checkout / "card.vmsd").write_text(f'import "../other.vmsd";\n{CARD}')
    author = ("-c", "user.name=a", "-c", "user.email=a@b")
    for words in (("init", "-q"), ("add", "-A"), (*author, "commit", "-qm", "x")):
        subprocess.run(("git", *words), check=True)
    assert "cannot find file" in run("diff", "git:HEAD:card.vmsd", "git:HEAD:card.vmsd", status=2)


@pytest.mark.parametrize(
    "name",
    [
        "e\n::error file=z.c::forged.vmsd",
        "\x1b[31m.vmsd",
        "\u202e.vmsd",
        os.fsdecode(b"\xff\n.vmsd"),
    ],
)
@pytest.mark.parametrize("command", ["check", "compile", "format", "diff", "show"])
def test_a_name_ends_no_line(checkout: Path, name: str, command: str) -> None:
    (checkout / "devices" / name).write_text("device {")
    paths = (f"devices/{name}",) * (2 if command == "diff" else 1)
    said = run(command, *paths, status=2)
    assert "its name has characters that are no text" in said
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said
    assert "\u202e" not in said


def test_a_name_in_an_import_ends_no_line(checkout: Path) -> None:
    (checkout / "card.vmsd").write_text(f'import "x\\n::error::y";\n{CARD}')
    assert not any(
        line.startswith("::") for line in run("check", "card.vmsd", status=1).split("\n")
    )


def test_names_in_other_scripts_are_text(checkout: Path) -> None:
    (checkout / "devices" / "设备 été\u3000.vmsd").write_text(CARD)
    run("check", "devices", status=0)
