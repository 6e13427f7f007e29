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
    return [(each, each.regions) for each in found if each is not None and each.regions is not None]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.name)
def test_every_state_comes_to_one_thing(pair: Path) -> None:
    for _, regions in directions(pair):
        states = {kind: regions.states(kind) for kind in KINDS}
        possible = regions.questions.possible
        for one, other in combinations(KINDS, 2):
            assert possible(and_(states[one], states[other])) is False, (one, other)
        assert possible(not_(or_(*states.values()))) is False


@pytest.mark.parametrize("pair", PAIRS, ids=lambda path: path.name)
def test_the_outcomes_are_of_these_states(pair: Path) -> None:
    """What is shown under a verdict covers the states that come to it, and no others."""
    for direction, regions in directions(pair):
        for kind in (EffectKind.CORRUPT, EffectKind.REFUSED):
            shown = [each for each in direction.shown if each.effect.kind is kind]
            states, told = regions.states(kind), or_(*(each.when for each in shown))
            assert regions.questions.possible(and_(states, not_(told))) is False
            if all(each.is_certain for each in shown):
                assert regions.questions.possible(and_(told, not_(states))) is False
