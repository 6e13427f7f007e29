"""Every pair of `corpus/diff` gets exactly the report beside it, by the rule it is named after."""

from pathlib import Path

import pytest

from tests.support.diff_pairs import PAIRS, compared, report_text, schema_of
from vmsdl.diff.compare import compare
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.rules.registry import BY_SLUG
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import Verdict

ids = pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.name)


@ids
def test_the_report_is_what_is_expected(pair: Path, bless: bool) -> None:
    expected = pair / "expected.txt"
    text = report_text(pair)
    before = expected.read_text(encoding="utf-8") if expected.exists() else ""
    if bless and text != before:
        expected.write_text(text, encoding="utf-8")
        pytest.fail(f"{pair.name}: written anew, read it", pytrace=False)
    assert before == text


@ids
def test_the_rule_it_is_named_after_speaks(pair: Path) -> None:
    rules = {finding.rule for finding in compared(pair).findings}
    assert pair.name.partition(".")[0] in rules
    assert "unexplained-layout-change" not in rules


@ids
def test_each_side_agrees_with_itself(pair: Path) -> None:
    for side in ("old", "new"):
        own = [schema_of(pair, side)]
        again = compare(own, own, old_name=side, new_name=side)
        assert ("ok", "ok", ()) == (again.old_to_new, again.new_to_old, again.findings)


@ids
def test_the_mirror_speaks_where_old_and_new_are_swapped(pair: Path) -> None:
    """With the mirrored verdicts, but for losses: those are held against what old keeps."""
    rule = BY_SLUG[pair.name.partition(".")[0]]
    there, back = compared(pair), compared(pair, swapped=True)
    assert bool(rule.mirror) != bool(rule.waiver), "a mirror, or why there is none"
    if rule.mirror in BY_SLUG:
        assert rule.mirror in {finding.rule for finding in back.findings}
    for one in there.devices:
        if one.forward is None:
            continue  # on one side alone, or called otherwise there
        if one.new_to_new is not Verdict.OK:
            continue  # what the old version does to itself is excused, of the new one nothing is
        other = next(device for device in back.devices if device.name == one.name)
        for mine, yours in ((one.forward, other.backward), (one.backward, other.forward)):
            if mine is not None and yours is not None:
                assert breaks(mine) == breaks(yours)


def breaks(found: MigrationResult) -> set[EffectKind]:
    return {shown.effect.kind for shown in found.shown if shown.is_certain} - {EffectKind.LOSSY}
