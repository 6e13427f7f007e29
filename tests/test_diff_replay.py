"""Every verdict of `corpus/diff`, and of the examples, is what the generated codecs do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pairs import PAIRS, ROOT, compared
from vmsdl.cli.console import Console
from vmsdl.cli.versions import schemas_of
from vmsdl.diff.compare import compare
from vmsdl.diff.report import Report
from vmsdl.diff.verdict import Verdict
from vmsdl.replay.classes import Classes
from vmsdl.replay.replays import replays

# What no codec can show, by the beginning of the reason that is given for it.
NOT_SHOWN = ("QEMU refuses before", "the section is not sent", "whether ")


def reports() -> Iterator[tuple[str, Report]]:
    for pair in PAIRS:
        yield pair.name, compared(pair)
        yield f"{pair.name}, swapped", compared(pair, swapped=True)
    esp = ROOT / "examples" / "esp"
    versions = sorted(esp.glob("esp_*.vmsd"))
    couples = [(one, other) for one in versions for other in versions if one != other]
    evolution = ROOT / "examples" / "ide-evolution"
    couples.append((evolution / "before.vmsd", evolution / "after.vmsd"))
    for one, other in couples:
        yield f"{one.stem} to {other.stem}", between(one, other)


def between(one: Path, other: Path) -> Report:
    old, new = (schemas_of(str(path), Console(quiet=True)) for path in (one, other))
    assert old is not None
    assert new is not None
    return compare(old, new, old_name=one.name, new_name=other.name)


REPORTS = [pytest.param(*pair, id=pair[0]) for pair in reports()]


@pytest.mark.parametrize(("name", "report"), REPORTS)
def test_each_witness_does_what_is_said_of_it(name: str, report: Report) -> None:
    for each in replays(report, Classes()):
        place = f"{name}: {each.finding.rule} at {each.finding.path}, {each.direction}"
        assert not each.disagreement, f"{place}: {each.disagreement}"
        assert not each.why or each.why.startswith(NOT_SHOWN), f"{place}: {each.why}"
        if each.ends is not None and each.happened is not None:
            kinds = {"corrupt": Verdict.CORRUPT, "refused": Verdict.REFUSED}
            is_worse = each.outcome.verdict is Verdict.LOSSY and each.happened.word == "corrupt"
            word = kinds.get(each.happened.word, Verdict.LOSSY)
            assert is_worse or word is each.outcome.verdict, place
