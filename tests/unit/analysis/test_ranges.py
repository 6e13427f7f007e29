"""What is claimed of an expression holds wherever it is evaluated, in every state."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from vmsdl.analysis.facts import Facts
from vmsdl.analysis.intervals import Interval, exactly
from vmsdl.analysis.ranges import RangeContext, Ranges, find_contexts
from vmsdl.expr import nodes as e
from vmsdl.expr.nodes import BOOL, INTEGER, Operator

U8 = e.IntValue(0, 255)
I8 = e.IntValue(-128, 127)
INTEGERS = {"a": U8, "b": I8, "c": e.IntValue(0, 3)}
BOOLS = ("p", "q")

ARITHMETIC = (
    Operator.ADD,
    Operator.SUBTRACT,
    Operator.MULTIPLY,
    Operator.DIVIDE,
    Operator.MODULO,
    Operator.AND_BITS,
    Operator.OR_BITS,
    Operator.XOR_BITS,
    Operator.SHIFT_LEFT,
    Operator.SHIFT_RIGHT,
)
COMPARISONS = (
    Operator.EQUAL,
    Operator.NOT_EQUAL,
    Operator.LESS,
    Operator.LESS_EQUAL,
    Operator.GREATER,
    Operator.GREATER_EQUAL,
)


def member(name: str) -> e.Expr:
    return e.Member(type=INTEGERS.get(name, BOOL), up=0, name=name)


def literal(value: int | bool) -> e.Expr:
    return e.Literal(type=BOOL if isinstance(value, bool) else INTEGER, value=value)


def binary(operator: Operator, left: e.Expr, right: e.Expr) -> e.Expr:
    type_ = INTEGER if operator in ARITHMETIC else BOOL
    return e.Binary(type=type_, operator=operator, left=left, right=right)


def integers(depth: int) -> st.SearchStrategy[e.Expr]:
    leaves = st.one_of(
        st.sampled_from([member(name) for name in INTEGERS]),
        st.integers(-3, 260).map(literal),
    )
    if depth == 0:
        return leaves
    inner = integers(depth - 1)
    return st.one_of(
        leaves,
        st.builds(binary, st.sampled_from(ARITHMETIC), inner, inner),
        st.builds(
            lambda operator, operand: e.Unary(type=INTEGER, operator=operator, operand=operand),
            st.sampled_from((Operator.NEGATE, Operator.INVERT)),
            inner,
        ),
        st.builds(
            lambda function, one, other: e.Call(
                type=INTEGER, function=function, arguments=(one, other)
            ),
            st.sampled_from((e.Function.MIN, e.Function.MAX)),
            inner,
            inner,
        ),
        st.builds(
            lambda c, y, n: e.Conditional(type=INTEGER, condition=c, yes=y, no=n),
            conditions(depth - 1),
            inner,
            inner,
        ),
        st.builds(lambda value: e.Let(type=INTEGER, name="l", value=value), inner),
    )


def conditions(depth: int) -> st.SearchStrategy[e.Expr]:
    leaves = st.one_of(
        st.sampled_from([member(name) for name in BOOLS]),
        st.builds(binary, st.sampled_from(COMPARISONS), integers(0), integers(0)),
    )
    if depth == 0:
        return leaves
    inner = conditions(depth - 1)
    return st.one_of(
        leaves,
        st.builds(binary, st.sampled_from(COMPARISONS), integers(depth - 1), integers(depth - 1)),
        st.builds(binary, st.sampled_from((Operator.AND, Operator.OR)), inner, inner),
        st.builds(lambda x: e.Unary(type=BOOL, operator=Operator.NOT, operand=x), inner),
        st.builds(lambda value: e.Let(type=BOOL, name="m", value=value), inner),
    )


class NoResult(Exception):
    """A division by zero, or a shift out of range."""


def evaluate(expression: e.Expr, values: Mapping[str, int], here: Ranges) -> int:
    """The value, holding every claim on the way against it."""
    value = _evaluate(expression, values, here)
    assert here.is_possible
    assert value in here.find_range(expression)
    assert here.decide(expression) in (None, bool(value)) or expression.type != BOOL
    return value


def _evaluate(expression: e.Expr, values: Mapping[str, int], here: Ranges) -> int:
    match expression:
        case e.Literal(value=value):
            return int(value)
        case e.Member(name=name):
            return values[name]
        case e.Let(value=inner):
            return evaluate(inner, values, here)
        case e.Unary(operator=operator, operand=operand):
            number = evaluate(operand, values, here)
            match operator:
                case Operator.NOT:
                    return 1 - number
                case Operator.NEGATE:
                    return -number
                case _:
                    return ~number
        case e.Binary(operator=Operator.AND | Operator.OR as operator, left=left, right=right):
            first = evaluate(left, values, here)
            if bool(first) == (operator is Operator.OR):
                return first
            return evaluate(right, values, here.assume(left, operator is Operator.AND))
        case e.Binary(operator=operator, left=left, right=right):
            return _apply(operator, evaluate(left, values, here), evaluate(right, values, here))
        case e.Call(function=function, arguments=arguments):
            numbers = [evaluate(each, values, here) for each in arguments]
            return min(numbers) if function is e.Function.MIN else max(numbers)
        case e.Conditional(condition=condition, yes=yes, no=no):
            holds = bool(evaluate(condition, values, here))
            return evaluate(yes if holds else no, values, here.assume(condition, holds))
        case _:
            raise AssertionError(expression)


def _apply(operator: Operator, a: int, b: int) -> int:
    match operator:
        case Operator.DIVIDE | Operator.MODULO if b == 0:
            raise NoResult
        case Operator.SHIFT_LEFT | Operator.SHIFT_RIGHT if not 0 <= b <= 63:
            raise NoResult
    table = {
        Operator.ADD: lambda: a + b,
        Operator.SUBTRACT: lambda: a - b,
        Operator.MULTIPLY: lambda: a * b,
        Operator.DIVIDE: lambda: a // b,
        Operator.MODULO: lambda: a % b,
        Operator.AND_BITS: lambda: a & b,
        Operator.OR_BITS: lambda: a | b,
        Operator.XOR_BITS: lambda: a ^ b,
        Operator.SHIFT_LEFT: lambda: a << b,
        Operator.SHIFT_RIGHT: lambda: a >> b,
        Operator.EQUAL: lambda: int(a == b),
        Operator.NOT_EQUAL: lambda: int(a != b),
        Operator.LESS: lambda: int(a < b),
        Operator.LESS_EQUAL: lambda: int(a <= b),
        Operator.GREATER: lambda: int(a > b),
        Operator.GREATER_EQUAL: lambda: int(a >= b),
    }
    return table[operator]()


VALUES = st.fixed_dictionaries(
    {
        "a": st.one_of(st.sampled_from([0, 1, 255]), st.integers(0, 255)),
        "b": st.one_of(st.sampled_from([-128, -1, 0, 1, 127]), st.integers(-128, 127)),
        "c": st.integers(0, 3),
        "p": st.integers(0, 1),
        "q": st.integers(0, 1),
    }
)


@settings(max_examples=300, deadline=None)
@given(expression=st.one_of(conditions(3), integers(3)), values=st.lists(VALUES, min_size=5))
def test_claims_hold_for_every_state(expression: e.Expr, values: list[dict[str, int]]) -> None:
    ranges = Ranges(RangeContext(0, exactly(1), {}))
    for state in values:
        try:
            evaluate(expression, state, ranges)
        except NoResult:
            continue


@settings(max_examples=200, deadline=None)
@given(condition=conditions(3), inner=integers(2), states=st.lists(VALUES, min_size=5))
def test_claims_under_an_assumption_hold_where_it_holds(
    condition: e.Expr, inner: e.Expr, states: list[dict[str, int]]
) -> None:
    ranges = Ranges(RangeContext(0, exactly(1), {}))
    for state in states:
        try:
            holds = bool(evaluate(condition, state, ranges))
            evaluate(inner, state, ranges.assume(condition, holds))
        except NoResult:
            continue


def test_facts_of_a_gate_hold_behind_it() -> None:
    gate, count = member("p"), member("b")
    known = Facts()
    known.learn((0, "b"), Interval(1, None), 3)

    def at(time: int, since: int) -> Ranges:
        gates = {gate: {2: known}}
        return Ranges(RangeContext(0, exactly(1), {}, gates=gates, time=time, since=since))

    assert 0 in at(0, 0).find_range(count)
    assert 0 in at(3, 1).assume(gate).find_range(count)
    assert 0 in at(2, 2).assume(gate).find_range(count)
    assert 0 not in at(3, 2).assume(gate).find_range(count)
    assert 0 in at(3, 2).assume(gate, holds=False).find_range(count)


def test_a_deep_chain_of_conditions_takes_no_time() -> None:
    """Both sides of every `and` and `or` are narrowed: that must not double at each level."""
    chain: e.Expr = binary(Operator.LESS, member("a"), literal(5))
    for number in range(170):
        operator = Operator.OR if number % 2 else Operator.AND
        chain = binary(operator, binary(Operator.GREATER, member("b"), literal(number)), chain)
        if number % 3 == 0:
            chain = e.Unary(type=BOOL, operator=Operator.NOT, operand=chain)
    ranges = Ranges(RangeContext(0, exactly(1), {}))
    for part, here in find_contexts(chain, ranges):
        here.find_range(part)
    assert ranges.decide(chain) in (None, True)


def test_floats_are_not_narrowed_as_if_they_were_integers() -> None:
    share = e.Member(type=e.FloatValue(), up=0, name="share")
    after = Ranges(RangeContext(0, exactly(1), {})).assume(
        binary(Operator.GREATER, share, literal(1))
    )
    assert after.find_range(share) == Interval()
