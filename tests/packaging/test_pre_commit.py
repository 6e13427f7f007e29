"""The hooks for pre-commit, run by pre-commit itself: installed from a clone, without a network."""

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.packaging.conftest import ROOT

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOKS = ("vmsdl-check", "vmsdl-format", "vmsdl-compile", "vmsdl-diff")
CARD = "device card version 1 {\n    level: u8;\n}\n"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def environment(home: Path) -> dict[str, str]:
    """Of this environment what vmsdl stands on, and nothing from elsewhere: pip makes the hooks'
    environment from the clone alone."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "PIP_", "PYTHON"))}
    places = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    return kept | {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PYTHONPATH": os.pathsep.join(places),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_NO_COMPILE": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@example.org",
    }


Run = Callable[..., str]


def runner(folder: Path, home: Path) -> Run:
    def run(*words: str, status: int = 0) -> str:
        done = subprocess.run(
            words, cwd=folder, env=environment(home), capture_output=True, text=True
        )
        said = done.stdout + done.stderr
        assert done.returncode == status, f"{words} gave {done.returncode}:\n{said}"
        return said

    return run


@pytest.fixture(scope="module")
def project(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run]:
    """A project with the hooks of a clone of vmsdl, and a branch of it."""
    home = tmp_path_factory.mktemp("home")
    source = tmp_path_factory.mktemp("vmsdl") / "vmsdl"
    shutil.copytree(checkout, source)
    shutil.copy(MANIFEST, source)
    git = runner(source, home)
    git("git", "init", "-q", "-b", "main")
    git("git", "add", "-A")
    git("git", "commit", "-q", "-m", "vmsdl")
    revision = git("git", "rev-parse", "HEAD").strip()
    folder = tmp_path_factory.mktemp("project")
    hooks = [{"id": name} for name in HOOKS]
    hooks[-1]["args"] = ["--merge-base", "main"]  # type: ignore[assignment]
    config = {"repos": [{"repo": str(source), "rev": revision, "hooks": hooks}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.vmsdl]\n", encoding="utf-8")
    (folder / "card.vmsd").write_text(CARD, encoding="utf-8")
    run = runner(folder, home)
    run("git", "init", "-q", "-b", "main")
    run("git", "add", "-A")
    run("git", "commit", "-q", "-m", "a card")
    run("git", "checkout", "-q", "-b", "work")
    return folder, run


def hook(run: Run, name: str, *, status: int = 0) -> str:
    run("git", "add", "-A")
    return run("pre-commit", "run", name, "--color", "never", status=status)


def test_the_manifest_is_one() -> None:
    subprocess.run(
        (sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST)), check=True
    )
    assert HOOKS == tuple(each["id"] for each in yaml.safe_load(MANIFEST.read_text("utf-8")))


def test_each_hook_finds_what_it_is_for(project: tuple[Path, Run]) -> None:
    folder, run = project
    card = folder / "card.vmsd"
    card.write_text("device card version 1 { level: u9; }\n", encoding="utf-8")
    assert "error[unknown-type]" in hook(run, "vmsdl-check", status=1)

    card.write_text("device card version 1 { level: u16; }\n", encoding="utf-8")
    assert "Passed" in hook(run, "vmsdl-check")
    assert "files were modified by this hook" in hook(run, "vmsdl-format", status=1)
    assert "Passed" in hook(run, "vmsdl-format")
    assert card.read_text("utf-8") == CARD.replace("u8", "u16")

    assert "card.py" in hook(run, "vmsdl-compile", status=1)
    assert "new to old: refused" in hook(run, "vmsdl-diff", status=1)

    card.write_text(CARD, encoding="utf-8")
    assert "Passed" in hook(run, "vmsdl-diff")
    # Of a commit that deletes a schema a hook is given no file.
    run("git", "rm", "-q", "-f", "card.vmsd")
    assert "section-removed" in hook(run, "vmsdl-diff", status=1)
