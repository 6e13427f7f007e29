"""Pairs drawn from public reports of migrations that broke: the verdicts are what reality does.

`tests/corpus/cases/*/expect.json` says what happens, when, and where it was reported. `|` stands
between verdicts that are all right. `args`: arguments of `vmsdl diff`.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from vmsdl.cli.console import Console
from vmsdl.cli.inputs.versions import read_schemas
from vmsdl.diff.compare import compare
from vmsdl.diff.report import Report

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
