"""Presences of both sides that count the same number of bytes, set against each other.

`a` more where A holds and `a` less where B does is `a` more where A and not B, and `a` less where B
and not A. Often one of the two never is, and then each field decides for itself whether the totals
differ: no sum has to be looked at.
"""

from collections import Counter

from vmsdl.diff.simulate.records import WalkState
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.expr.logic import and_, not_, to_integer
from vmsdl.expr.nodes import Conditional, Expr, Literal
from vmsdl.prove.conditions import collect_paths


def set_off_presences(
    simulation: Simulation, state: WalkState, factors: dict[Expr, int]
) -> dict[Expr, int]:
    """The same difference, with presences that read the same places set against each other."""
    found: Counter[Expr] = Counter(factors)
    less: dict[tuple[int, frozenset[str]], list[Expr]] = {}
    for factor, number in factors.items():
        if number < 0 and (condition := _find_presence(factor)) is not None:
            less.setdefault((-number, collect_paths(condition)), []).append(factor)
    for factor, number in factors.items():
        one = _find_presence(factor)
        others = less.get((number, collect_paths(one))) if one is not None else None
        if one is None or not others:
            continue
        against = others.pop(0)
        other = _find_presence(against)
        assert other is not None
        del found[factor], found[against]
        for sign, condition in ((1, and_(one, not_(other))), (-1, and_(other, not_(one)))):
            if not simulation.is_impossible(and_(state.condition, condition)):
                found[to_integer(condition)] += sign * number
    return {factor: number for factor, number in found.items() if number}


def _find_presence(factor: Expr) -> Expr | None:
    """The condition that a factor is 1 under, and 0 else; None: it is a number."""
    match factor:
        case Conditional(condition=condition, yes=Literal(value=1), no=Literal(value=0)):
            return condition
        case _:
            return None
