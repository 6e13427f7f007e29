"""Arrives, loses, corrupts, refuses, open: every state is in one of them, and in no other."""

from itertools import combinations
from pathlib import Path

import pytest

from tests.support.diff_pairs import PAIRS, compared
from vmsdl.diff.effects.partition import Partition
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.simulate.records import EffectKind
from vmsdl.expr.logic import and_, not_, or_

KINDS = (None, EffectKind.LOSSY, EffectKind.CORRUPT, EffectKind.REFUSED, EffectKind.OPEN)


def directions(pair: Path) -> list[tuple[MigrationResult, Partition]]:
    found = [each for d in compared(pair).devices for each in (d.forward, d.backward)]
    return [(each, each.partition) for each in found if each is not None and each.partition]


# Elements of lists are followed byte by byte: the conditions are longer than the prover takes.
LONG = {"list-element-layout-changed", "list-element-version-skew", "field-removed.before-a-list"}
SHORT_PAIRS = [pair for pair in PAIRS if pair.name not in LONG]


@pytest.mark.parametrize("pair", SHORT_PAIRS, ids=lambda path: path.name)
def test_every_state_comes_to_one_thing(pair: Path) -> None:
    for _, partition in directions(pair):
        states = {kind: partition.states(kind) for kind in KINDS}
        possible = partition.solver.possible
        for one, other in combinations(KINDS, 2):
            assert possible(and_(states[one], states[other])) is False, (one, other)
        assert possible(not_(or_(*states.values()))) is False


@pytest.mark.parametrize("pair", SHORT_PAIRS, ids=lambda path: path.name)
def test_the_outcomes_are_of_these_states(pair: Path) -> None:
    """What is shown under a verdict covers the states that come to it, and no others."""
    for direction, partition in directions(pair):
        for kind in (EffectKind.CORRUPT, EffectKind.REFUSED):
            shown = [each for each in direction.shown if each.effect.kind is kind]
            states, reported = partition.states(kind), or_(*(each.condition for each in shown))
            assert partition.solver.possible(and_(states, not_(reported))) is False
            if all(each.is_certain for each in shown):
                assert partition.solver.possible(and_(reported, not_(states))) is False
