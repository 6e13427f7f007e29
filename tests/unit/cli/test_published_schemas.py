"""What commands print as JSON keeps to the schemas that they publish, and names them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.json_schemas import validator
from tests.support.streams import assembled, recorded_sets
from vmsdl.cli import main

FILES = Path(__file__).parents[2] / "corpus" / "cli" / "files"


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with three frozen releases."""
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name in ("7.0", "8.0", "9.0"):
        assert 0 == main(["release", name, f"history/{name}", "-q"])


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    main([*words])
    return capsys.readouterr().out


def keeps_to(output: str, schema: str) -> Any:
    found, published = json.loads(output), json.loads(schema)
    assert published["$id"] == found["schema"]
    validator(schema, is_strict=True).validate(found)
    return found


@pytest.mark.usefixtures("released")
def test_a_comparison_with_all_releases(capsys: pytest.CaptureFixture[str]) -> None:
    command = ("diff", "--all-releases", "history/next", "--format", "json")
    schema = printed(capsys, "diff", "--print-schema", "all-releases")
    found = keeps_to(printed(capsys, *command), schema)
    assert found["releases"]
    assert found["findings"]
    # The schema of a report is part of it.
    found["releases"][0]["devices"] = None
    assert not validator(schema).is_valid(found)


@pytest.mark.usefixtures("released")
def test_a_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    schema = printed(capsys, "matrix", "--print-schema")
    found = keeps_to(printed(capsys, "matrix", "history/next", "--format", "json"), schema)
    assert found["groups"][0]["cells"]
    assert found["groups"][0]["rollbacks"]


@pytest.mark.parametrize("against", ["7.2-pc52-esp", "10.0-pc52-esp", "5.2-pc52-esp"])
def test_a_check_of_a_stream(
    against: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sets = recorded_sets()
    for name in ("7.2-pc52-esp", against):
        (tmp_path / name).write_bytes(assembled(sets[name]))
    schema = printed(capsys, "stream", "check", "--print-schema")
    command = ("stream", "check", str(tmp_path / "7.2-pc52-esp"), "--json", "--against")
    keeps_to(printed(capsys, *command, str(tmp_path / against)), schema)
