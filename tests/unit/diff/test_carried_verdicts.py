"""A verdict and the findings below it say the same: none without the other."""

from tests.support.reports import corpus, side_of
from vmsdl.diff.attribute import FoundEdit, attribute_effects
from vmsdl.diff.direction import Direction
from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.migration import decide
from vmsdl.diff.report import DirectionResult, Report
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.reasons import EffectReason
from vmsdl.diff.simulate.records import Effect, EffectKind, JudgedOutcome
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE
from vmsdl.expr.nodes import Expr
from vmsdl.prove.conditions import ConditionAnswer

_PARTIAL = (Verdict.REFUSED, Verdict.LOSSY)


def test_every_verdict_is_carried_by_a_finding() -> None:
    for found in corpus():
        for device, direction, verdict in _verdicts(found):
            results = _results(found, device, direction)
            carried = {each.verdict for each in results}
            if verdict is Verdict.CONDITIONAL:  # of all states, some have it
                assert carried
                assert carried <= set(_PARTIAL)
            elif verdict is not Verdict.OK:
                assert verdict in carried


def test_no_finding_claims_worse_than_the_verdict() -> None:
    for found in corpus():
        for device, direction, verdict in _verdicts(found):
            for each in _results(found, device, direction):
                claimed = each.verdict
                if claimed in _PARTIAL and not each.is_always:
                    claimed = Verdict.CONDITIONAL
                assert claimed.badness <= verdict.badness


def test_an_undecided_verdict_of_certain_effects_has_a_finding() -> None:
    old, new = "device d { a: u8; b: u8; }", "device d { b: u8; unused[1]; }"
    # Some state loses a value; whether any arrives whole is not known.
    lossy = Effect(kind=EffectKind.LOSSY, condition=TRUE, reason=EffectReason.NOT_SENT)
    judged = [JudgedOutcome(condition=TRUE, is_accepted=True, effects=(lossy,))]
    undecided = decide(judged, SolverThatFindsLosses(), ())
    assert undecided.verdict is Verdict.UNKNOWN
    assert [True, False] == [each.is_certain for each in undecided.shown]
    edit = FoundEdit("an-edit", Edit(path=("a",), message="an edit", shifts=True))
    findings = attribute_effects(
        [edit], undecided, MigrationResult(Verdict.OK), side_of(old), side_of(new)
    )
    assert Verdict.UNKNOWN in {finding.old_to_new.verdict for finding in findings}


class SolverThatFindsLosses:
    """Sure of each effect, and of nothing else."""

    def satisfiable(self, condition: Expr) -> ConditionAnswer:
        return ConditionAnswer(True)

    def possible(self, condition: Expr) -> bool | None:
        return None

    def holds_after_reset(self, condition: Expr, *, is_last: bool = False) -> bool:
        return False


def _verdicts(found: Report) -> list[tuple[str, Direction, Verdict]]:
    return [
        (device.name, direction, device.verdicts.of(direction))
        for device in found.devices
        for direction in Direction
    ]


def _results(found: Report, device: str, direction: Direction) -> list[DirectionResult]:
    results = [each.result(direction) for each in found.findings if each.device == device]
    return [each for each in results if each.verdict is not Verdict.OK]
