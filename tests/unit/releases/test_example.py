"""The example of frozen releases is intact, and its README shows what the matrix says of it."""

import re

import pytest

from tests.support.examples import EXAMPLES
from vmsdl.cli import main
from vmsdl.releases import baseline

FOLDER = EXAMPLES / "releases"


def test_what_was_frozen_is_read_as_it_was_frozen() -> None:
    """A change of the language or of the hashes would make an edit of every release out there."""
    found = baseline.read(str(FOLDER / "releases"))
    assert () == found.problems
    assert ["7.0", "7.2", "8.0"] == [release.name for release in found.releases]


def test_the_readme_shows_the_matrix(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, bless: bool
) -> None:
    monkeypatch.chdir(FOLDER)
    assert 0 == main(["matrix", "tape.vmsd"])
    said = capsysbinary.readouterr().out.decode("utf-8")
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"\$ vmsdl matrix tape.vmsd\n(.*?)```", text, re.S)
    if bless and shown != said:
        head, tail = text.split("$ vmsdl matrix tape.vmsd\n" + shown)
        text = f"{head}$ vmsdl matrix tape.vmsd\n{said}{tail}"
        (FOLDER / "README.md").write_text(text, encoding="utf-8")
        pytest.fail("blessed, read the difference and run again")
    assert said == shown
