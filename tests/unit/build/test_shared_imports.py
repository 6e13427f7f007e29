"""A file that many import is work that is done once."""

from pathlib import Path

import pytest

from vmsdl import driver
from vmsdl.cli import main
from vmsdl.emit import python
from vmsdl.source import SourceFile
from vmsdl.syntax.parser import parse

IMPORTERS = 6


@pytest.fixture
def diamond(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    structs = "".join(f"struct s{i} {{ a: u8; }}\n" for i in range(9))
    (tmp_path / "shared.vmsd").write_text(structs)
    for i in range(IMPORTERS):
        text = f'import "shared.vmsd";\ndevice d{i} {{ x: s{i}; }}\n'
        (tmp_path / f"d{i}.vmsd").write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_parses_it_once(diamond: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def count(source: SourceFile) -> object:
        parsed.append(source.path)
        return parse(source)

    monkeypatch.setattr(driver, "parse", count)
    assert main(["check", "-q", "."]) == 0
    # As a schema of its own, and as what the others import.
    assert parsed.count("shared.vmsd") == 2
    assert len(parsed) == IMPORTERS + 2


def test_compile_lays_it_out_once(diamond: Path) -> None:
    python._format_piece.cache_clear()
    assert main(["compile", "-q", "--jobs", "1", "d0.vmsd", "-o", "one"]) == 0
    one = python._format_piece.cache_info().misses
    python._format_piece.cache_clear()
    assert main(["compile", "-q", "--jobs", "1", ".", "-o", "all"]) == 0
    every = python._format_piece.cache_info().misses
    assert every < 2 * one
    one_text, every_text = ((diamond / name / "shared.py").read_text() for name in ("one", "all"))
    assert one_text == every_text
