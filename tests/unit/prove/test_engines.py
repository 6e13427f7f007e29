"""Both engines find what trying every single state finds, and the same smallest state."""

from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import budget
from vmsdl.expr.nodes import Operator
from vmsdl.prove import enumerate, solver
from vmsdl.prove.evaluate import compiled
from vmsdl.prove.formula import (
    Binary,
    Choice,
    Constant,
    Domain,
    Extreme,
    Junction,
    Term,
    Unary,
    Value,
    Values,
    Variable,
    order,
)
from vmsdl.prove.result import NONE, Found, Open, Result

needs_solver = pytest.mark.skipif(not solver.is_installed(), reason="z3 is not installed")

VALUES = {
    "a": Values(low=0, high=9),
    "b": Values(low=-4, high=5, default=-1),
    "c": Values(low=0, high=7, bits=0b101),
    "d": Values(low=-2, high=5, arms=(-2, 0, 1, 5)),
    "p": Values(low=0, high=1, is_bool=True, default=False),
    "q": Values(low=0, high=1, is_bool=True, default=True),
}
DOMAIN = Domain(variables=VALUES)
NAMES = tuple(VALUES)

COMPARISONS = [
    Operator.EQUAL,
    Operator.NOT_EQUAL,
    Operator.LESS,
    Operator.LESS_EQUAL,
    Operator.GREATER,
    Operator.GREATER_EQUAL,
]
ARITHMETIC = [
    Operator.MULTIPLY,
    Operator.DIVIDE,
    Operator.MODULO,
    Operator.ADD,
    Operator.SUBTRACT,
    Operator.SHIFT_LEFT,
    Operator.SHIFT_RIGHT,
    Operator.AND_BITS,
    Operator.XOR_BITS,
    Operator.OR_BITS,
]


def integers(depth: int) -> st.SearchStrategy[Term]:
    leaves: list[st.SearchStrategy[Term]] = [
        st.sampled_from("abcd").map(Variable),
        st.integers(-12, 12).map(Constant),
    ]
    if not depth:
        return st.one_of(leaves)
    inner = integers(depth - 1)
    masks = st.integers(-9, 12).map(Constant)
    masked = st.builds(
        Binary, st.just(Operator.AND_BITS), st.sampled_from("abcd").map(Variable), masks
    )
    return st.one_of(
        *leaves,
        masked,
        st.builds(Unary, st.sampled_from([Operator.NEGATE, Operator.INVERT]), inner),
        st.builds(Binary, st.sampled_from(ARITHMETIC), inner, inner),
        st.builds(Extreme, st.booleans(), st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.deferred(lambda: st.builds(Choice, truths(depth - 1), inner, inner)),
    )


def truths(depth: int) -> st.SearchStrategy[Term]:
    compared = st.builds(
        Binary, st.sampled_from(COMPARISONS), integers(min(depth, 2)), integers(min(depth, 1))
    )
    leaves: list[st.SearchStrategy[Term]] = [compared, st.sampled_from("pq").map(Variable)]
    if not depth:
        return st.one_of(leaves)
    inner = truths(depth - 1)
    return st.one_of(
        *leaves,
        st.builds(Unary, st.just(Operator.NOT), inner),
        st.builds(Junction, st.booleans(), st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Binary, st.sampled_from(COMPARISONS[:2]), inner, inner),
        st.builds(Choice, inner, inner, inner),
    )


def every_state(term: Term) -> Result:
    """Nothing clever: all states, the simplest one that holds."""
    holds = compiled(term, NAMES)
    ranges = [[v for v in range(each.low, each.high + 1) if v in each] for each in VALUES.values()]
    best: tuple[object, dict[str, Value]] | None = None
    for state in product(*ranges):
        if not holds(*state):
            continue
        away = [v != VALUES[name].default for name, v in zip(NAMES, state, strict=True)]
        key = (sum(away), [not each for each in away], [order(v) for v in state])
        if best is None or key < best[0]:  # type: ignore[operator]
            best = key, {n: v for n, v, a in zip(NAMES, state, away, strict=True) if a}
    return NONE if best is None else Found(best[1])


Engine = Callable[[Term, tuple[str, ...], Domain], Result]


@budget(60)
@given(truths(3))
@example(
    Binary(Operator.EQUAL, Binary(Operator.AND_BITS, Variable("b"), Constant(-4)), Constant(-4))
)
@example(Binary(Operator.LESS, Variable("a"), Variable("b")))
def test_enumeration_is_exact(term: Term) -> None:
    result = enumerate.search(term, NAMES, DOMAIN)
    assert isinstance(result, Open) or every_state(term) == result


@needs_solver
@budget(60)
@given(truths(3))
@example(Binary(Operator.LESS, Binary(Operator.DIVIDE, Variable("b"), Constant(-3)), Constant(-1)))
def test_the_solver_is_exact(term: Term) -> None:
    assert every_state(term) == solver.search(term, NAMES, DOMAIN)


def wide(name: str) -> Values:
    return Values(low=-(1 << 63), high=(1 << 64) - 1, default=3)


@needs_solver
@budget(60)
@given(truths(2))
def test_both_say_the_same_of_wide_numbers(term: Term) -> None:
    domain = Domain(variables={**VALUES, "a": wide("a"), "b": wide("b")})
    result = enumerate.search(term, NAMES, domain)
    if not isinstance(result, Open):
        proven = solver.search(term, NAMES, domain)
        assert isinstance(proven, Open) or result == proven
