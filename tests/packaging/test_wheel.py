"""The four ways of running vmsdl, each compiling the IDE controller from its own files."""

import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT, Environment

IDE = ROOT / "examples" / "ide" / "ide.vmsd"
USE = "import ide; print(len(ide.IdeDrive().encode()) > 20)"


@pytest.fixture(scope="session")
def expected(installed: Environment, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the installed wheel makes of the IDE controller."""
    out = tmp_path_factory.mktemp("expected")
    installed.run("vmsdl", "compile", IDE, "-o", out, cwd=out)
    return _texts(out)


def test_wheel_built_from_sdist(
    installed: Environment, expected: dict[str, str], tmp_path: Path
) -> None:
    where = installed.run(
        installed.python, "-c", "import vmsdl; print(vmsdl.__file__)", cwd=tmp_path
    )
    assert str(installed.folder) in where
    assert {"ide.py", "pci.py", "_vmsd.py"} <= expected.keys()
    for name, text in expected.items():
        (tmp_path / name).write_text(text)
    assert "True" in installed.run(installed.python, "-c", USE, cwd=tmp_path)


def test_editable(
    checkout: Path,
    expected: dict[str, str],
    new_environment: Callable[[], Environment],
    tmp_path: Path,
) -> None:
    environment = new_environment()
    environment.install("--no-build-isolation", "-e", checkout, cwd=tmp_path)
    where = environment.run(
        environment.python, "-c", "import vmsdl; print(vmsdl.__file__)", cwd=tmp_path
    )
    assert str(checkout) in where
    environment.run("vmsdl", "compile", IDE, "-o", tmp_path / "out", cwd=tmp_path)
    assert _texts(tmp_path / "out") == expected


@pytest.mark.parametrize("kind", ["bare checkout", "zip"])
def test_on_the_path(
    kind: str,
    checkout: Path,
    wheel: Path,
    expected: dict[str, str],
    new_environment: Callable[[], Environment],
    tmp_path: Path,
) -> None:
    place = checkout if kind == "bare checkout" else wheel
    environment = new_environment()
    run = (environment.python, "-m", "vmsdl")
    where = environment.run(
        environment.python, "-c", "import vmsdl; print(vmsdl.__file__)", cwd=tmp_path, path=place
    )
    assert where.startswith(str(place))
    environment.run(*run, "compile", IDE, "-o", tmp_path / "out", cwd=tmp_path, path=place)
    assert _texts(tmp_path / "out") == expected


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"vmsdl"}
    assert "vmsdl/grammar/vmsd.lark" in names
    assert "vmsdl/py.typed" in names
    assert "vmsdl/templates/report/diff.css" in names
    assert "vmsdl/diff/formats/report.schema.json" in names
    assert any(name.startswith("vmsdl/templates/") and name.endswith(".j2") for name in names)
    assert "vmsdl/diagnostics/explain/wire.md" in names
    assert "vmsdl/diff/rules/fields.md" in names
    assert not [name for name in names if name.endswith(("README.md", "AGREEMENT.md", ".pyc"))]


def test_explain_works_from_the_wheel(
    wheel: Path, new_environment: Callable[[], Environment], tmp_path: Path
) -> None:
    environment = new_environment()
    run = (environment.python, "-m", "vmsdl", "explain")
    code = environment.run(*run, "swallowed-subsection", cwd=tmp_path, path=wheel)
    assert "Use instead:" in code
    assert "unused[" in environment.run(*run, "field-removed", cwd=tmp_path, path=wheel)


def test_sdist_can_be_built_from(distributions: Path) -> None:
    (sdist,) = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "grammar/vmsd.lark", "vmsdl/__init__.py"} <= names


@pytest.mark.parametrize("folder", ["grammar", "templates"])
def test_folders_beside_the_package_hold_no_python(folder: str) -> None:
    # hatchling refuses editable installs where a .py file would change its place.
    assert not list((ROOT / folder).rglob("*.py"))


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.py")}
