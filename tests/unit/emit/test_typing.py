"""Generated modules are accepted by both type checkers in strict mode, as a package and lying flat.

The schemas of each folder of the corpus, the examples and the benchmark are compiled into one
folder; each checker then runs once over all of them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import black
import pytest
from black.mode import TargetVersion

from vmsdl.driver import compile_schema
from vmsdl.emit.python import LINE_LENGTH
from vmsdl.source import SourceFile

ROOT = Path(__file__).parents[3]
SCHEMAS = [
    *sorted((ROOT / "tests" / "corpus" / "valid").glob("*.vmsd")),
    *sorted((ROOT / "examples").glob("*/*.vmsd")),
    *sorted((ROOT / "tests" / "bench").glob("*.vmsd")),
]


@pytest.fixture(scope="module")
def compiled() -> dict[str, dict[str, str]]:
    """For each folder of schemas its name, and the texts of its modules by file name."""
    result: dict[str, dict[str, str]] = {}
    for path in SCHEMAS:
        outcome = compile_schema(str(path), _read)
        assert outcome.value is not None, (path, outcome.diagnostics)
        texts = result.setdefault(f"from_{path.parent.name}".replace("-", "_"), {})
        for file in outcome.value:
            # A module is the same whichever file was asked for.
            assert file.text == texts.setdefault(file.name, file.text)
    return result


def _read(path: str) -> SourceFile:
    return SourceFile(os.path.normpath(path), Path(path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def packages(compiled: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("packages")
    for name, texts in compiled.items():
        _write(root / name, {**texts, "__init__.py": ""})
    return root


@pytest.fixture(scope="module")
def flat(compiled: dict[str, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("flat")
    for name, texts in compiled.items():
        _write(root / name, texts)
    return root


def _write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def test_mypy_accepts_packages(packages: Path) -> None:
    chosen = [word for path in sorted(packages.iterdir()) for word in ("-p", path.name)]
    # A cache inside the folder: nothing of this project's own settings comes in.
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", *chosen]
    done = subprocess.run(command, cwd=packages, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("layout", ["packages", "flat"])
def test_pyright_accepts(layout: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(layout)
    if subprocess.run([*_PYRIGHT, "--version"], capture_output=True, check=False).returncode:
        pytest.skip("pyright cannot be started here")
    settings = {"typeCheckingMode": "strict", "include": ["."], "pythonVersion": "3.11"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [*_PYRIGHT, "-p", str(folder), "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 errors" in done.stdout


_PYRIGHT = [sys.executable, "-m", "pyright"]

_IMPORT_ALL = """
import importlib, pathlib, sys
for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if folder.is_dir():
        sys.path.insert(0, str(folder))
        for file in sorted(folder.glob("*.py")):
            importlib.import_module(file.stem)
        for file in folder.glob("*.py"):
            del sys.modules[file.stem]
        sys.path.pop(0)
print(sorted(m for m in ("vmsdl", "lark", "jinja2", "typing_extensions") if m in sys.modules))
"""


def test_they_import_from_the_path_and_need_nothing(flat: Path) -> None:
    command = [sys.executable, "-I", "-W", "error", "-c", _IMPORT_ALL, str(flat)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_black_would_change_nothing(compiled: dict[str, dict[str, str]]) -> None:
    """Pieces are laid out one by one; the whole must be what black makes of the whole."""
    mode = black.Mode(line_length=LINE_LENGTH, target_versions={TargetVersion.PY311})
    texts = {text for modules in compiled.values() for text in modules.values()}
    for text in sorted(text for text in texts if len(text) < 50_000):  # black is slow on long ones
        assert text == black.format_str(text, mode=mode)
