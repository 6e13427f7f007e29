"""What is required: for all devices, for some, and without what is accepted."""

import pytest

from vmsdl.diff.policy import Requirement
from vmsdl.diff.report import DeviceReport, Finding, Report, Verdicts
from vmsdl.diff.verdict import Verdict

IDE = DeviceReport("ide", Verdict.OK, Verdict.CONDITIONAL)
GPU = DeviceReport("virtio-gpu", Verdict.OK, Verdict.REFUSED)


def report(*devices: DeviceReport, findings: tuple[Finding, ...] = ()) -> Report:
    return Report("old", "new", None, devices, findings)


def test_the_usual_lets_some_states_be_refused_on_the_way_back() -> None:
    assert Requirement().is_met(report(IDE))
    assert (("new-to-old", "conditional", "refused"),) == Requirement().unmet(report(IDE, GPU))


def test_the_first_pattern_that_fits_a_device_counts() -> None:
    some = Requirement(
        devices=(("virtio-*", Requirement(new_to_old="any")), ("*", Requirement(new_to_old="ok")))
    )
    assert (("new-to-old", "ok", "conditional"),) == some.unmet(report(IDE, GPU))
    assert some.is_met(report(GPU))


def test_a_level_from_outside_is_one_for_every_device() -> None:
    some = Requirement(devices=(("virtio-*", Requirement(new_to_old="any")),))
    strict = some.with_levels({"new-to-old": "ok"})
    assert (("new-to-old", "ok", "refused"),) == strict.unmet(report(IDE, GPU))


@pytest.mark.parametrize("levels", [{"new-to-old": "mostly"}, {"up": "ok"}])
def test_other_words_are_no_requirement(levels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="LEVEL one of ok, conditional, any"):
        Requirement().with_levels(levels)


def test_corruption_meets_nothing_but_where_it_is_accepted() -> None:
    any_ = Requirement(old_to_new="any", new_to_old="any")
    bad = DeviceReport("ide", Verdict.OK, Verdict.CORRUPT)
    assert not any_.is_met(report(bad))
    left = Verdicts(Verdict.OK, Verdict.OK)
    accepted = DeviceReport("ide", Verdict.OK, Verdict.CORRUPT, without_accepted=left)
    assert Requirement(new_to_old="ok").is_met(report(accepted))


def test_an_acceptance_that_lapsed_fails_whatever_is_required() -> None:
    lapse = Finding(rule="suppression-unused", device="ide", path="ide", message="")
    any_ = Requirement(old_to_new="any", new_to_old="any")
    assert not any_.is_met(report(IDE, findings=(lapse,)))
