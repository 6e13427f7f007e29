"""Environments that know vmsdl only as it would be installed, made without a network."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Environment:
    """A virtual environment; `run` runs a command of it and gives all that it wrote."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def run(
        self, *command: str | Path, cwd: Path, status: int = 0, path: Path | None = None
    ) -> str:
        words = [str(word) for word in command]
        variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PIP_"))}
        variables["PATH"] = f"{self.folder / 'bin'}{os.pathsep}{variables['PATH']}"
        variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
        if path is not None:
            variables["PYTHONPATH"] = str(path)
        result = subprocess.run(
            words, cwd=cwd, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        said = result.stdout + result.stderr
        assert result.returncode == status, f"{words} gave {result.returncode}:\n{said}"
        return said

    def install(self, *arguments: str | Path, cwd: Path) -> str:
        # The running pip installs for the other Python: that one needs none of its own.
        pip = (sys.executable, "-m", "pip", "--python", self.python, "install", "-q")
        return self.run(*pip, "--no-deps", "--no-index", *arguments, cwd=cwd)


@pytest.fixture(scope="session")
def new_environment(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[], Environment]:
    """Makes environments without vmsdl, which has what vmsdl and the build systems stand on."""

    def new() -> Environment:
        folder = tmp_path_factory.mktemp("environment")
        venv.create(folder, symlinks=True, with_pip=False)
        environment = Environment(folder)
        # A path in a .pth file comes last, and .pth files over there do not count: however vmsdl
        # is installed where the tests run, it cannot be imported here through that.
        site = environment.run(
            environment.python, "-c", "import site; print(site.getsitepackages()[0])", cwd=folder
        ).strip()
        places = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
        Path(site, "shared.pth").write_text("\n".join(places) + "\n")
        return environment

    return new


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is in version control and belongs to the package."""
    folder = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in ("vmsdl", "grammar", "templates", "examples"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="session")
def distributions(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = (sys.executable, "-m", "build", "--no-isolation", "-o", str(folder), str(checkout))
    _checked(command)
    return folder


@pytest.fixture(scope="session")
def wheel(distributions: Path) -> Path:
    (found,) = distributions.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, new_environment: Callable[[], Environment]) -> Environment:
    """An environment with vmsdl from its wheel."""
    environment = new_environment()
    environment.install(wheel, cwd=wheel.parent)
    return environment


def _checked(command: Sequence[str]) -> None:
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
