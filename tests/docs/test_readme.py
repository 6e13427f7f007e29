"""What README.md shows of a command is what the command prints."""

import re
from pathlib import Path

import pytest

from vmsdl.cli import main

ROOT = Path(__file__).parents[2]


def test_the_diff_that_is_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n\$ vmsdl (diff .*)\n((?:.*\n)*?)```", text)
    assert blocks
    for command, shown in blocks:
        assert 0 == main(command.split())
        assert shown == capsys.readouterr().out
