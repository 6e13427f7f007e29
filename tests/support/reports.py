"""Reports to render: of examples, of short texts, and with names that need escapes."""

from datetime import date
from functools import cache
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

from tests.support.diff_pairs import PAIRS, compared
from vmsdl.diagnostics.diagnostic import Replacement
from vmsdl.diff.compare import compare
from vmsdl.diff.matching.fields import Side, find_top_descriptions
from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import (
    DeviceReport,
    DirectionResult,
    Finding,
    ProposedFix,
    Report,
    Suppression,
)
from vmsdl.diff.verdict import Verdict
from vmsdl.driver import load_schema
from vmsdl.source import SourceFile, Span

ROOT = Path(__file__).parents[2]
USUAL = Requirement()
ESP = ("esp_5_2", "esp_7_2", "esp_10_0", "esp_11_1")


def report(old: Path, new: Path) -> Report:
    return compare([_schema(old)], [_schema(new)], old_name=old.name, new_name=new.name)


def of_texts(old: str, new: str) -> Report:
    return compare(
        [_schema_of({"old.vmsd": old}, "old.vmsd")],
        [_schema_of({"new.vmsd": new}, "new.vmsd")],
        old_name="old.vmsd",
        new_name="new.vmsd",
    )


def side_of(text: str) -> Side:
    schema = _schema_of({"d.vmsd": text}, "d.vmsd")
    (description,) = find_top_descriptions(schema)
    return Side(schema, description)


def _schema(path: Path) -> Any:
    files = {each.name: each.read_text("utf-8") for each in path.parent.glob("*.vmsd")}
    return _schema_of(files, path.name)


def _schema_of(files: dict[str, str], name: str) -> Any:
    outcome = load_schema(name, lambda path: SourceFile(path, files[path]))
    assert outcome.value is not None
    return outcome.value


@cache
def esp(old: str, new: str) -> Report:
    folder = ROOT / "examples" / "esp"
    return report(folder / f"{old}.vmsd", folder / f"{new}.vmsd")


def corpus() -> list[Report]:
    """The report of every pair there is, both ways round."""
    names = combinations_with_replacement(ESP, 2)
    found = [esp(*names) for pair in names for names in (pair, pair[::-1])]
    found += [compared(pair, swapped) for pair in PAIRS for swapped in (False, True)]
    return found


def hostile(count: int = 1) -> Report:
    """What a stranger's pull request may bring, and every member that a finding can have."""
    evil = "`@everyone`|<img src=x onerror=alert(1)>\n::error::\u202e\x1b[31m @you #1 [x](http://e)"
    source = SourceFile("a,b:<i>|`.vmsd", f'device d {{ "{evil}"; }}\n')
    span = Span(source, 0, len(source.text))
    outcome = DirectionResult(Verdict.REFUSED, "x == 1", {"x": 1}, None, f"check-failed: {evil}")
    remedy = ProposedFix(title="move `x`", replacements=(Replacement(span, "y"),))
    acceptance = Suppression(
        rule="field-removed",
        device=evil,
        path="d",
        direction="new-to-old",
        verdict=Verdict.UNKNOWN,
        when=evil,
        reason=evil,
        owner=evil,
        until=date(2027, 1, 31),
    )
    findings = tuple(
        Finding(
            rule="field-removed",
            device=evil,
            path=f"d{n}",
            message=f"`x` was {evil}",
            old_to_new=outcome,
            new_to_old=DirectionResult(Verdict.UNKNOWN, error=evil, accepted=acceptance),
            old=span,
            new=span,
            only_in="old",
            help=evil,
            remedies=(remedy,),
            affects=(evil,),
        )
        for n in range(count)
    )
    device = DeviceReport(evil, Verdict.REFUSED, Verdict.UNKNOWN, 1, 2, (evil,))
    return Report(evil, evil, evil, (device,), findings)
