"""From one outcome of a load to its effects: refused, corrupted, lost, or unknown."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.effects.context import EffectContext, index_value_nodes
from vmsdl.diff.effects.losses import find_losses
from vmsdl.diff.effects.reads import find_length_effects, find_read_effects
from vmsdl.diff.simulate.lists import is_marker
from vmsdl.diff.simulate.reasons import EffectReason
from vmsdl.diff.simulate.records import (
    Effect,
    EffectKind,
    JudgedOutcome,
    LoadEnding,
    LoadOutcome,
)
from vmsdl.expr.logic import and_, is_false, not_
from vmsdl.schema.types import ListType


def judge_outcome(context: EffectContext, outcome: LoadOutcome) -> JudgedOutcome:
    """What happens to the states in which a load ends so."""
    if outcome.ending is LoadEnding.UNKNOWN:
        # What fails a check that was met on the way is refused, however the rest goes on.
        effects = (*_find_failed_checks(outcome), _make_failure(outcome))
        return JudgedOutcome(outcome.condition, False, effects)
    if outcome.ending is LoadEnding.REFUSED:
        return JudgedOutcome(outcome.condition, False, (_make_failure(outcome),))
    if outcome.unrolled:
        context = _with_elements(context, outcome)
    effects = tuple(
        effect for effect in _find_effects(context, outcome) if not is_false(effect.condition)
    )
    return JudgedOutcome(outcome.condition, True, effects)


def _make_failure(outcome: LoadOutcome) -> Effect:
    """The effect of a load that does not end, or of which it is not known how it ends."""
    assert outcome.reason is not None
    return Effect(
        kind=EffectKind.REFUSED if outcome.ending is LoadEnding.REFUSED else EffectKind.OPEN,
        condition=outcome.condition,
        reason=outcome.reason,
        message=outcome.message,
        sent=outcome.sent,
        expected=outcome.expected,
        entry=outcome.entry,
        divergence=outcome.divergence,
        reads=outcome.reads,
    )


def _find_effects(context: EffectContext, outcome: LoadOutcome) -> Iterator[Effect]:
    yield from _find_failed_checks(outcome)
    for read in outcome.reads:
        yield from find_read_effects(context, read, outcome)
    yield from find_length_effects(context, outcome)
    yield from find_losses(context, outcome)


def _find_failed_checks(outcome: LoadOutcome) -> Iterator[Effect]:
    for checked in outcome.checks:
        yield Effect(
            kind=EffectKind.REFUSED,
            condition=and_(outcome.condition, checked.guard, not_(checked.condition)),
            reason=EffectReason.CHECK_FAILED,
            message=checked.check.message,
            expected=checked.check,
        )


def _with_elements(context: EffectContext, outcome: LoadOutcome) -> EffectContext:
    """The context of a path on which elements of lists are nodes of their own."""
    sent, expected = dict(context.sent), dict(context.expected)
    for each in outcome.unrolled:
        nodes = sent if each.is_sent else expected
        # A list is more than its elements: their number is a value too. That of an array is not
        # its own.
        if not isinstance(each.block.type, ListType):
            nodes.pop(each.block.key, None)
        nodes |= index_value_nodes(each.nodes)
    sent = {path: node for path, node in sent.items() if not is_marker(path)}
    return replace(context, sent=sent, expected=expected)
