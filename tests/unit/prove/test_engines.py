"""Both engines find what trying every single state finds, and the same smallest state."""

from collections.abc import Callable
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import budget
from vmsdl.expr.nodes import Operator
from vmsdl.prove import enumerate, solver
from vmsdl.prove.budget import Budget
from vmsdl.prove.evaluate import compile_formula
from vmsdl.prove.formula import (
    BinaryFormula,
    Choice,
    Constant,
    Domain,
    Extreme,
    Formula,
    FormulaVariable,
    Junction,
    UnaryFormula,
    Value,
    Values,
    sort_operands,
)
from vmsdl.prove.result import UNSATISFIABLE, Result, Satisfied, Undecided
from vmsdl.prove.solve import FULL

VALUES = {
    "a": Values(low=0, high=9),
    "b": Values(low=-4, high=5, default=-1),
    "c": Values(low=0, high=7, bits=0b101),
    "d": Values(low=-2, high=5, allowed=(-2, 0, 1, 5)),
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


def integers(depth: int) -> st.SearchStrategy[Formula]:
    leaves: list[st.SearchStrategy[Formula]] = [
        st.sampled_from("abcd").map(FormulaVariable),
        st.integers(-12, 12).map(Constant),
    ]
    if not depth:
        return st.one_of(leaves)
    inner = integers(depth - 1)
    masks = st.integers(-9, 12).map(Constant)
    masked = st.builds(
        BinaryFormula,
        st.just(Operator.AND_BITS),
        st.sampled_from("abcd").map(FormulaVariable),
        masks,
    )
    return st.one_of(
        *leaves,
        masked,
        st.builds(UnaryFormula, st.sampled_from([Operator.NEGATE, Operator.INVERT]), inner),
        st.builds(BinaryFormula, st.sampled_from(ARITHMETIC), inner, inner),
        st.builds(Extreme, st.booleans(), st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.deferred(lambda: st.builds(Choice, truths(depth - 1), inner, inner)),
    )


def truths(depth: int) -> st.SearchStrategy[Formula]:
    compared = st.builds(
        BinaryFormula,
        st.sampled_from(COMPARISONS),
        integers(min(depth, 2)),
        integers(min(depth, 1)),
    )
    leaves: list[st.SearchStrategy[Formula]] = [
        compared,
        st.sampled_from("pq").map(FormulaVariable),
    ]
    if not depth:
        return st.one_of(leaves)
    inner = truths(depth - 1)
    return st.one_of(
        *leaves,
        st.builds(UnaryFormula, st.just(Operator.NOT), inner),
        st.builds(Junction, st.booleans(), st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(BinaryFormula, st.sampled_from(COMPARISONS[:2]), inner, inner),
        st.builds(Choice, inner, inner, inner),
    )


def every_state(term: Formula) -> Result:
    """Nothing clever: all states, the simplest one that holds."""
    holds = compile_formula(term, NAMES)
    ranges = [[v for v in range(each.low, each.high + 1) if v in each] for each in VALUES.values()]
    best: tuple[object, dict[str, Value]] | None = None
    for state in product(*ranges):
        if not holds(*state):
            continue
        away = [v != VALUES[name].default for name, v in zip(NAMES, state, strict=True)]
        key = (sum(away), [not each for each in away], [sort_operands(v) for v in state])
        if best is None or key < best[0]:  # type: ignore[operator]
            best = key, {n: v for n, v, a in zip(NAMES, state, away, strict=True) if a}
    return UNSATISFIABLE if best is None else Satisfied(best[1])


Engine = Callable[[Formula, tuple[str, ...], Domain], Result]


@budget(60)
@given(truths(3))
@example(
    BinaryFormula(
        Operator.EQUAL,
        BinaryFormula(Operator.AND_BITS, FormulaVariable("b"), Constant(-4)),
        Constant(-4),
    )
)
@example(BinaryFormula(Operator.LESS, FormulaVariable("a"), FormulaVariable("b")))
def test_enumeration_is_exact(term: Formula) -> None:
    result = enumerate.search(term, NAMES, DOMAIN, FULL.states, Budget())
    assert isinstance(result, Undecided) or every_state(term) == result


@budget(60)
@given(truths(3))
@example(
    BinaryFormula(
        Operator.LESS,
        BinaryFormula(Operator.DIVIDE, FormulaVariable("b"), Constant(-3)),
        Constant(-1),
    )
)
def test_the_solver_is_exact(term: Formula) -> None:
    assert every_state(term) == solver.search(term, NAMES, DOMAIN, FULL.solver, Budget())


def wide(name: str) -> Values:
    return Values(low=-(1 << 63), high=(1 << 64) - 1, default=3)


@budget(60)
@given(truths(2))
def test_both_say_the_same_of_wide_numbers(term: Formula) -> None:
    domain = Domain(variables={**VALUES, "a": wide("a"), "b": wide("b")})
    result = enumerate.search(term, NAMES, domain, FULL.states, Budget())
    if not isinstance(result, Undecided):
        proven = solver.search(term, NAMES, domain, FULL.solver, Budget())
        assert isinstance(proven, Undecided) or result == proven
