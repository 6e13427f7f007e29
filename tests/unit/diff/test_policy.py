"""What is required: for all devices, for some, and without suppressed results."""

import pytest

from vmsdl.diff.direction import Direction
from vmsdl.diff.policy import Requirement, UnmetLevel, find_unmet, parse_levels
from vmsdl.diff.report import DeviceReport, Finding, Report
from vmsdl.diff.verdict import Level, Verdict, Verdicts

IDE = DeviceReport("ide", Verdict.OK, Verdict.CONDITIONAL)
GPU = DeviceReport("virtio-gpu", Verdict.OK, Verdict.REFUSED)
ANY = Requirement(old_to_new=Level.ANY, new_to_old=Level.ANY)


def report(*devices: DeviceReport, findings: tuple[Finding, ...] = ()) -> Report:
    return Report("old", "new", None, devices, findings)


def unmet(level: Level, verdict: Verdict) -> tuple[UnmetLevel, ...]:
    return (UnmetLevel(Direction.NEW_TO_OLD, level, verdict),)


def test_by_default_a_rollback_may_refuse_some_states() -> None:
    assert Requirement().is_met(report(IDE))
    expected = unmet(Level.CONDITIONAL, Verdict.REFUSED)
    assert expected == find_unmet(Requirement(), report(IDE, GPU))


def test_the_first_pattern_that_matches_a_device_counts() -> None:
    some = Requirement(
        devices=(
            ("virtio-*", Requirement(new_to_old=Level.ANY)),
            ("*", Requirement(new_to_old=Level.OK)),
        )
    )
    assert unmet(Level.OK, Verdict.CONDITIONAL) == find_unmet(some, report(IDE, GPU))
    assert some.is_met(report(GPU))


def test_a_level_from_the_command_line_is_for_every_device() -> None:
    some = Requirement(devices=(("virtio-*", Requirement(new_to_old=Level.ANY)),))
    strict = some.with_levels({Direction.NEW_TO_OLD: Level.OK})
    assert unmet(Level.OK, Verdict.REFUSED) == find_unmet(strict, report(IDE, GPU))


@pytest.mark.parametrize("levels", [{"new-to-old": "mostly"}, {"up": "ok"}])
def test_other_words_are_not_levels(levels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="LEVEL is one of ok, no-loss, conditional, any"):
        parse_levels(levels)


def test_corruption_meets_no_level_unless_it_is_suppressed() -> None:
    bad = DeviceReport("ide", Verdict.OK, Verdict.CORRUPT)
    assert not ANY.is_met(report(bad))
    left = Verdicts(Verdict.OK, Verdict.OK)
    suppressed = DeviceReport("ide", Verdict.OK, Verdict.CORRUPT, unsuppressed=left)
    assert Requirement(new_to_old=Level.OK).is_met(report(suppressed))


def test_a_stale_suppression_fails_whatever_is_required() -> None:
    stale = Finding(rule="suppression-unused", device="ide", path="ide", message="")
    assert not ANY.is_met(report(IDE, findings=(stale,)))
