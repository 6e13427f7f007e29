"""Pairs drawn from public reports of migrations that broke: the verdicts are what reality does.

`tests/corpus/cases/*/expect.json` says what happens, when, and where it was reported. `|` stands
between verdicts that are all right. `args`: arguments of `vmsdl diff`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from vmsdl.cli import main
from vmsdl.cli.commands.diff_fix import list_fixes
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.versions import read_schemas
from vmsdl.diff.compare import compare
from vmsdl.diff.formats.phrases import describe_fix
from vmsdl.diff.report import Report
from vmsdl.diff.verify_fixes import apply_fix, verify_fixes
from vmsdl.driver import reload

FOLDER = Path(__file__).parents[1] / "corpus" / "cases"


def compare_case(folder: Path) -> tuple[Report, dict[str, Any]]:
    expected = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    arguments = expected.get("args", [])
    machine = arguments[arguments.index("--machine") + 1] if "--machine" in arguments else None
    old, new = (
        read_schemas(str(folder / f"{side}.vmsd"), Console(quiet=True)) for side in ("old", "new")
    )
    assert old is not None
    assert new is not None
    return compare(old, new, old_name="old", new_name="new", machine=machine), expected


@pytest.mark.parametrize("folder", sorted(FOLDER.iterdir()), ids=lambda each: each.name)
def test_the_verdicts_are_those_of_reality(folder: Path) -> None:
    report, expected = compare_case(folder)
    assert report.old_to_new in expected["old_to_new"].split("|")
    assert report.new_to_old in expected["new_to_old"].split("|")
    for device in report.devices:
        told = [finding for finding in report.findings if finding.device == device.name]
        for verdict, results in (
            (device.old_to_new, [finding.old_to_new for finding in told]),
            (device.new_to_old, [finding.new_to_old for finding in told]),
        ):
            bad = {str(each.verdict) for each in results} - {"ok"}
            assert bool(bad) == (verdict != "ok"), "a verdict has its finding, and none without"


@pytest.mark.parametrize("folder", sorted(FOLDER.iterdir()), ids=lambda each: each.name)
def test_each_fix_that_is_written_gives_the_verdicts_that_it_names(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command, in a copy of the files."""
    report, expected = compare_case(folder)
    fixes = list_fixes(verify_fixes(report, reload))
    for number, fix in enumerate(fixes, 1):
        place = tmp_path / str(number)
        place.mkdir()
        for each in folder.glob("*.vmsd"):
            (place / each.name).write_bytes(each.read_bytes())
        (place / "expect.json").write_text(json.dumps(expected), "utf-8")
        words = ["diff", str(place / "old.vmsd"), str(place / "new.vmsd"), f"--fix={number}"]
        main([*words, "--yes", *expected.get("args", [])])
        assert f"fix {number}: {describe_fix(fix)}" in capsys.readouterr().err
        assert (place / "old.vmsd").read_bytes() == (folder / "old.vmsd").read_bytes()
        changed = set(apply_fix(fix)) == {str(folder / "new.vmsd")}
        assert changed == ((place / "new.vmsd").read_bytes() != (folder / "new.vmsd").read_bytes())
        after, _ = compare_case(place)
        assert (after.old_to_new, after.new_to_old) == (fix.old_to_new, fix.new_to_old)
