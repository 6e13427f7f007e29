"""The guide for reviewers says what is so: its commands, its table, its configuration."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.examples import EXAMPLES
from vmsdl import config
from vmsdl.cli import main
from vmsdl.diff.compare import compare
from vmsdl.diff.rules.registry import BY_SLUG
from vmsdl.driver import load_schema
from vmsdl.files import read_source
from vmsdl.schema.description import Schema

ROOT = EXAMPLES.parent
GUIDE = EXAMPLES / "review" / "README.md"
TEXT = GUIDE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_commands_say_what_the_guide_shows(
    tmp_path: Path,
    bless: bool,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    text = TEXT
    for block in blocks("console"):
        now = "".join(_replayed(block, capfd))
        text = text.replace(f"```console\n{block}```", f"```console\n{now}```")
    if bless and text != TEXT:
        GUIDE.write_text(text, encoding="utf-8")
        pytest.fail("blessed, read the difference and run again")
    assert text == TEXT


def _replayed(block: str, capfd: pytest.CaptureFixture[str]) -> Iterator[str]:
    for line in block.splitlines(keepends=True):
        if not line.startswith("$ "):
            continue
        yield line
        program, *words = shlex.split(line.removeprefix("$ "))
        if program == "cat":
            yield Path(words[0]).read_text(encoding="utf-8")
            continue
        assert "vmsdl" == program
        assert main(words) in (0, 1)
        said = capfd.readouterr()
        yield said.out + said.err


ROWS = re.findall(r"^\|[^|]*\| \[`(\w+\.vmsd)`\]\(\1\) \| (\w+) \| (\w+) \|", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("name", "old_to_new", "new_to_old"), ROWS)
def test_an_edit_has_the_verdicts_of_the_table(name: str, old_to_new: str, new_to_old: str) -> None:
    found = compare([_schema("released.vmsd")], [_schema(name)], old_name="", new_name="")
    assert (old_to_new, new_to_old) == (found.old_to_new, found.new_to_old)


def test_every_edit_is_in_the_table() -> None:
    files = {path.name for path in GUIDE.parent.glob("*.vmsd")}
    assert files - {"released.vmsd"} == {name for name, _, _ in ROWS}


def _schema(name: str) -> Schema:
    outcome = load_schema(str(GUIDE.parent / name), read_source)
    assert outcome.value is not None
    return outcome.value


def test_codes_that_are_named_can_be_explained() -> None:
    named = set(re.findall(r"`(suppression-[a-z-]+)`", TEXT))
    assert named == {slug for slug in BY_SLUG if slug.startswith("suppression-")}


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (block,) = blocks("toml")
    (tmp_path / "pyproject.toml").write_text(block, encoding="utf-8")
    found = config.read_config(str(tmp_path))
    assert found is not None
    assert (("virtio-*", (("new-to-old", "any"),)),) == found.devices
    assert "vmsdl-accepted.toml" == found.accepted


def test_hooks_and_inputs_are_there() -> None:
    hooks, workflow = (yaml.safe_load(block) for block in blocks("yaml"))
    known = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [each["id"] for each in known] == [each["id"] for each in hooks["repos"][0]["hooks"]]
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert set(job["steps"][-1]["with"]) <= set(action["inputs"])


def test_what_it_leads_to_is_there() -> None:
    links = re.findall(r"\]\(([^):#]+)\)", TEXT)
    assert [link for link in links if not (GUIDE.parent / link).exists()] == []
