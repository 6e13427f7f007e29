"""The build hooks, each run on its example: outputs in sdist, wheel and editable install."""

import shutil
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Environment

MODULES = {"card/codec/__init__.py", "card/codec/card.py", "card/codec/pci.py"}
MODULES |= {"card/codec/_vmsd.py", "card/codec/py.typed", "card/__init__.py"}
USER = """\
from card.codec.card import Card

card = Card(status=1)
status: int = Card.decode(card.encode()).status
"""
USE = "from card.codec.card import Card; print(Card().encode().hex())"


@pytest.fixture(params=["hatch", "setuptools"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "examples" / "build" / request.param, tmp_path / "project")


def test_modules_are_in_sdist_and_wheel(project: Path, installed: Environment) -> None:
    _build(project, installed)
    (sdist,) = (project / "dist").glob("*.tar.gz")
    (wheel,) = (project / "dist").glob("*.whl")
    with tarfile.open(sdist) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert {f"src/{name}" for name in MODULES} <= packed
    # Without the schemas nobody could build from the sdist.
    assert {"schemas/card.vmsd", "schemas/pci.vmsd"} <= packed
    assert set(zipfile.ZipFile(wheel).namelist()) >= MODULES


def test_a_user_of_an_installed_package_is_type_checked(
    project: Path,
    installed: Environment,
    new_environment: Callable[[], Environment],
    tmp_path: Path,
) -> None:
    _build(project, installed)
    (wheel,) = (project / "dist").glob("*.whl")
    environment = new_environment()
    environment.install(wheel, cwd=tmp_path)
    user = tmp_path / "user.py"
    user.write_text(USER)
    assert "Success" in _mypy(user, environment, 0)
    user.write_text(USER.replace("status=1", 'status="1"').replace(": int", ": bytes"))
    said = _mypy(user, environment, 1)
    assert 'Argument "status" to "Card" has incompatible type "str"; expected "int"' in said
    assert 'incompatible types in assignment (expression has type "int"' in said.lower()


def _mypy(user: Path, environment: Environment, status: int) -> str:
    """mypy of the environment that runs the tests, for the packages of another one."""
    mypy = (sys.executable, "-m", "mypy", "--strict", "--config-file=")
    where = ("--python-executable", environment.python, "--cache-dir", user.parent / "cache")
    return environment.run(*mypy, *where, user.name, cwd=user.parent, status=status)


def test_second_build_writes_nothing(project: Path, installed: Environment) -> None:
    _build(project, installed)
    before = _times(project)
    assert before.keys() == {"__init__.py", "_vmsd.py", "card.py", "pci.py"}
    _build(project, installed)
    assert _times(project) == before


def test_changed_import_rebuilds_what_depends_on_it(project: Path, installed: Environment) -> None:
    _build(project, installed)
    before = _times(project)
    schema = project / "schemas" / "pci.vmsd"
    schema.write_text(schema.read_text().replace("bytes[64]", "bytes[256]"))
    _build(project, installed)
    after = _times(project)
    assert {name for name in after if after[name] != before[name]} == {"card.py", "pci.py"}


def test_editable_install(
    project: Path, wheel: Path, new_environment: Callable[[], Environment], tmp_path: Path
) -> None:
    environment = new_environment()
    environment.install(wheel, cwd=tmp_path)
    _install_editable(project, environment, tmp_path)
    small = environment.run(environment.python, "-c", USE, cwd=tmp_path)
    schema = project / "schemas" / "pci.vmsd"
    schema.write_text(schema.read_text().replace("bytes[64]", "bytes[256]"))
    _install_editable(project, environment, tmp_path)
    large = environment.run(environment.python, "-c", USE, cwd=tmp_path)
    assert len(large) == len(small) + 2 * (256 - 64)


def test_schema_with_errors_stops_the_build(project: Path, installed: Environment) -> None:
    schema = project / "schemas" / "card.vmsd"
    schema.write_text(schema.read_text().replace("status & 0x80 != 0", "status & 0x80"))
    said = _build(project, installed, status=1)
    assert "card.vmsd:9:38: error[predicate-not-bool]" in said
    assert "help: write `status & 0x80 != 0`" in said
    assert not (project / "src" / "card" / "codec").exists()


def test_wrong_setting_stops_the_build(project: Path, installed: Environment) -> None:
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text().replace("sources =", "source ="))
    said = _build(project, installed, status=1)
    assert "unknown key `source`; did you mean `sources`?" in said


def test_other_projects_are_left_alone(project: Path, installed: Environment) -> None:
    settings = project / "pyproject.toml"
    head, _, tail = settings.read_text().partition("\n[tool.vmsdl]\n")
    tail = tail.partition("\n\n")[2].replace("[tool.hatch.build.hooks.vmsdl]", "")
    settings.write_text(head + tail)
    _build(project, installed)
    assert not (project / "src" / "card" / "codec").exists()


def _build(project: Path, environment: Environment, status: int = 0) -> str:
    shutil.rmtree(project / "dist", ignore_errors=True)
    command = (environment.python, "-m", "build", "--no-isolation")
    return environment.run(*command, cwd=project, status=status)


def _install_editable(project: Path, environment: Environment, elsewhere: Path) -> None:
    environment.install("--no-build-isolation", "-e", project, cwd=elsewhere)


def _times(project: Path) -> dict[str, int]:
    folder = project / "src" / "card" / "codec"
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.py")}
