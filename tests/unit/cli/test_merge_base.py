"""`vmsdl diff --merge-base`: what a branch changes, in real repositories."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vmsdl.cli import main

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")

CARD = "device card version 1 { level: u8; }\n"
WIDER = "device card version 1 { level: u16; }\n"
TRAY = "device tray version 1 { is_open: bool; }\n"
FIFO = "struct fifo { depth: u8; }\n"
USER = 'import "fifo.vmsd";\n\ndevice user version 1 { fifo: fifo; }\n'
OTHER = USER.replace("user", "other").replace("fifo.vmsd", "../in/../fifo.vmsd")


class Repository:
    """A repository with one commit on `main`, and the branch `work` checked out."""

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")
        self.commit(files)
        self.git("checkout", "-q", "-b", "work")

    def git(self, *arguments: str) -> str:
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
            "GIT_CONFIG_GLOBAL": str(self.folder / "no such file"),
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        for who in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{who}_NAME": "a", f"GIT_{who}_EMAIL": "a@example.org"}
        done = subprocess.run(
            ("git", *arguments), cwd=self.folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def commit(self, files: dict[str, str]) -> None:
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")


Make = Callable[[dict[str, str]], Repository]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    def make(files: dict[str, str]) -> Repository:
        folder = tmp_path / "repository"
        folder.mkdir()
        monkeypatch.chdir(folder)
        return Repository(folder, files)

    return make


@pytest.fixture
def compared(capfd: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """The devices of the report with their verdicts, by name; the exit status as `status`."""

    def run(*arguments: str, branch: str = "main") -> dict[str, Any]:
        status = main(["diff", "--merge-base", branch, "--format", "json", *arguments])
        said = capfd.readouterr()
        assert said.out, said.err
        report = json.loads(said.out)
        return {d["name"]: (d["old_to_new"], d["new_to_old"]) for d in report["devices"]} | {
            "status": status
        }

    return run


Compared = Callable[..., dict[str, Any]]


def test_what_has_changed_is_compared_and_nothing_else(
    repository: Make, compared: Compared
) -> None:
    repository({"card.vmsd": CARD, "tray.vmsd": TRAY}).write({"card.vmsd": WIDER})
    assert {"card": ("refused", "refused"), "status": 1} == compared()


def test_what_imports_a_changed_file_is_compared(repository: Make, compared: Compared) -> None:
    files = {"fifo.vmsd": FIFO, "user.vmsd": USER, "card.vmsd": CARD, "in/other.vmsd": OTHER}
    repository(files).write({"fifo.vmsd": FIFO.replace("u8", "u16")})
    found = compared()
    assert ("refused", "refused") == found["user"]
    assert {"user", "other", "fifo", "status"} == found.keys()
    assert {"user", "status"} == compared("user.vmsd").keys()


def test_files_that_are_new_or_gone_or_renamed(repository: Make, compared: Compared) -> None:
    work = repository({"card.vmsd": CARD, "tray.vmsd": TRAY})
    work.git("mv", "tray.vmsd", "other.vmsd")
    work.git("rm", "-q", "card.vmsd")
    work.write({"new.vmsd": "device added version 1 { a: u8; }\n"})
    assert {
        "tray": ("ok", "ok"),
        "card": ("refused", "ok"),
        "added": ("ok", "refused"),
        "status": 1,
    } == compared()


def test_commits_of_the_other_branch_since_then_do_not_count(
    repository: Make, compared: Compared
) -> None:
    work = repository({"card.vmsd": CARD, "tray.vmsd": TRAY})
    work.commit({"tray.vmsd": TRAY + "// said\n"})
    work.git("checkout", "-q", "main")
    work.commit({"card.vmsd": WIDER})
    work.git("checkout", "-q", "work")
    assert {"tray": ("ok", "ok"), "status": 0} == compared()


def test_paths_that_a_hook_gives(repository: Make, compared: Compared) -> None:
    work = repository({"card.vmsd": CARD, "tray.vmsd": TRAY, "same.vmsd": FIFO})
    work.write({"card.vmsd": WIDER, "tray.vmsd": TRAY.replace("bool", "u8")})
    assert {"card", "tray", "status"} == compared("card.vmsd", "same.vmsd", "tray.vmsd").keys()
    assert {"tray", "status"} == compared("tray.vmsd", "same.vmsd").keys()
    assert {"status": 0} == compared("same.vmsd")


def test_from_a_folder_inside(
    repository: Make, compared: Compared, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = USER.replace("fifo.vmsd", "../fifo.vmsd")
    work = repository({"fifo.vmsd": FIFO, "in/user.vmsd": user, "in/card.vmsd": CARD})
    work.write({"fifo.vmsd": FIFO.replace("u8", "u16"), "in/card.vmsd": WIDER})
    monkeypatch.chdir(work.folder / "in")
    assert {"user", "card", "fifo", "status"} == compared().keys()
    assert {"user", "card", "status"} == compared(".").keys()
    assert {"fifo", "status"} == compared("../fifo.vmsd").keys()
    assert {"fifo", "status"} == compared(str(work.folder / "fifo.vmsd")).keys()


def test_the_sources_of_a_project_are_what_is_looked_at(
    repository: Make, compared: Compared
) -> None:
    work = repository(
        {
            "pyproject.toml": '[tool.vmsdl]\nsources = ["schemas"]\nexclude = ["schemas/drafts"]\n',
            "schemas/card.vmsd": CARD,
            "schemas/tray.vmsd": TRAY,
            "schemas/drafts/a.vmsd": "device a { x: u8; }\n",
            "tests/broken.vmsd": "device {",
        }
    )
    work.git("rm", "-q", "schemas/tray.vmsd", "schemas/drafts/a.vmsd", "tests/broken.vmsd")
    work.write({"schemas/card.vmsd": WIDER})
    assert {"card", "tray", "status"} == compared().keys()


def test_files_with_faults_that_nobody_touched_are_left_alone(
    repository: Make, compared: Compared
) -> None:
    work = repository({"card.vmsd": CARD, "broken.vmsd": "device {"})
    work.write({"card.vmsd": WIDER})
    assert {"card", "status"} == compared().keys()


def refusal(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    branch, *paths = arguments
    assert 2 == main(["diff", f"--merge-base={branch}", *paths])
    said = capfd.readouterr()
    assert "" == said.out
    return said.err


def test_a_branch_that_is_not_there(repository: Make, capfd: pytest.CaptureFixture[str]) -> None:
    repository({"card.vmsd": CARD})
    assert "unknown branch or commit `other`" in refusal(capfd, "other")
    assert "unknown branch or commit `--output=x`" in refusal(capfd, "--output=x")


def test_a_path_that_never_was(repository: Make, capfd: pytest.CaptureFixture[str]) -> None:
    repository({"card.vmsd": CARD})
    assert "cannot find `car.vmsd` in the working tree or at the merge base" in refusal(
        capfd, "main", "car.vmsd"
    )


def test_a_clone_that_is_too_shallow(
    repository: Make, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    work = repository({"card.vmsd": CARD})
    work.commit({"card.vmsd": WIDER})
    work.git("checkout", "-q", "main")
    work.commit({"tray.vmsd": TRAY})
    clone = work.folder.parent / "clone"
    shallow = ("--depth", "1", "--no-single-branch", "-b", "work")
    work.git("clone", "-q", *shallow, f"file://{work.folder}", str(clone))
    monkeypatch.chdir(clone)
    assert "this clone is shallow" in refusal(capfd, "origin/main")


def test_branches_that_have_nothing_in_common(
    repository: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    work = repository({"card.vmsd": CARD})
    work.git("checkout", "-q", "--orphan", "alone")
    work.commit({"tray.vmsd": TRAY})
    assert "have no commit in common" in refusal(capfd, "main")


def test_outside_of_a_repository(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert "not a git repository" in refusal(capfd, "main")


def test_without_git(
    repository: Make, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository({"card.vmsd": CARD})
    monkeypatch.setenv("PATH", "")
    assert "cannot run git" in refusal(capfd, "main")


def test_before_the_first_commit(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    subprocess.run(("git", "init", "-q"), check=True)
    assert "unknown branch or commit `HEAD`" in refusal(capfd, "HEAD")
