"""What the new version does with its own state: a third verdict, where that is not `ok`.

Only what the old version does to its own state too is no effect of a change.
"""

from collections.abc import Iterator

from vmsdl.diff.configurations import MachineGroup, analyze_own, is_failure
from vmsdl.diff.layout.flatten import Flattener, TooLarge
from vmsdl.diff.layout.nodes import CheckNode
from vmsdl.diff.layout.settings import find_own_settings
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import make_prover
from vmsdl.diff.report import ALWAYS, DirectionResult, Finding
from vmsdl.diff.result import MigrationResult, ReportedEffect
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE, and_, not_, or_
from vmsdl.expr.text import unparse
from vmsdl.prove.budget import Budget
from vmsdl.prove.witness import format_witness
from vmsdl.schema.recorded import is_recorded

_NO_MACHINE = ""  # a machine type that sets nothing: every property has its default


def find_own_state_findings(
    old: Side, new: Side, group: MachineGroup, budget: Budget
) -> Iterator[Finding]:
    """Where the new version saves nothing, or does not load what it saves."""
    if is_recorded(new.description):
        return  # a program loads its own stream
    if not _can_save(new, group) and _can_save(old, group):
        yield _make_finding(
            "nothing-can-be-saved",
            new,
            "no state passes the checks of the new version, so none can be saved",
            DirectionResult(Verdict.REFUSED, condition=ALWAYS, expression=TRUE),
            "correct the check, or the default of the property that it reads",
        )
        return
    found = analyze_own(new, group, budget.share(2))
    failures = [each for each in found.shown if is_failure(each)]
    if not failures:
        return
    verdict = _decide_verdict(found)
    before = analyze_own(old, group, budget.share(1))
    if any(map(is_failure, before.shown)) and verdict.badness <= _decide_verdict(before).badness:
        return
    kind = max((each.effect.kind for each in failures), key=lambda kind: kind.value == "corrupt")
    worst = [each for each in failures if each.effect.kind is kind]
    yield _make_finding(
        "own-state-not-loaded",
        new,
        "the new version does not load what it saves itself",
        _make_result(kind, worst),
        "load every field in the version, and under the conditions, in which it is saved",
    )


def _decide_verdict(found: MigrationResult) -> Verdict:
    """What is proved: some states fail, where it is not known of the rest."""
    return Verdict.CONDITIONAL if found.verdict is Verdict.UNKNOWN else found.verdict


def _can_save(side: Side, group: MachineGroup) -> bool:
    """Whether some state passes the checks of a version, with the properties of a machine type."""
    settings = find_own_settings(side, group[0] if group else _NO_MACHINE)
    source = Flattener(side.schema, settings)
    try:
        nodes = source.flatten_all(source.place_top(side.description, side.description.version_id))
    except (TooLarge, RecursionError):
        return True
    checks = [
        or_(not_(and_(node.sender_guard, node.guard)), node.condition)
        for node in nodes
        if isinstance(node, CheckNode)
    ]
    return make_prover(side, nodes).possible(and_(*checks)) is not False


def _make_result(kind: EffectKind, shown: list[ReportedEffect]) -> DirectionResult:
    condition = or_(*(each.condition for each in shown))
    simplest = min(shown, key=lambda each: len(each.witness))
    is_always = any(each.is_always for each in shown)
    effect = simplest.effect
    return DirectionResult(
        Verdict.CORRUPT if kind is EffectKind.CORRUPT else Verdict.REFUSED,
        condition=ALWAYS if is_always else unparse(condition),
        witness=format_witness(simplest.witness),
        state=simplest.witness,
        detail=effect.reason.text + (f": {effect.message}" if effect.message else ""),
        expression=TRUE if is_always else condition,
    )


def _make_finding(
    rule: str, side: Side, message: str, result: DirectionResult, help: str
) -> Finding:
    return Finding(
        rule=rule,
        device=side.description.wire_name,
        path=side.description.name,
        message=message,
        new_to_new=result,
        new=side.description.name_span,
        help=help,
    )
