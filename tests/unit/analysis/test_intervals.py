"""Ranges of results hold every result: checked against all operands of small ranges."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmsdl.analysis.intervals import (
    ANY,
    ARITHMETIC,
    COMPARISONS,
    Interval,
    exactly,
    invert,
    negate,
)
from vmsdl.expr.nodes import Operator

PYTHON: dict[Operator, Callable[[int, int], int]] = {
    Operator.MULTIPLY: lambda a, b: a * b,
    Operator.DIVIDE: lambda a, b: a // b,
    Operator.MODULO: lambda a, b: a % b,
    Operator.ADD: lambda a, b: a + b,
    Operator.SUBTRACT: lambda a, b: a - b,
    Operator.SHIFT_LEFT: lambda a, b: a << b,
    Operator.SHIFT_RIGHT: lambda a, b: a >> b,
    Operator.AND_BITS: lambda a, b: a & b,
    Operator.XOR_BITS: lambda a, b: a ^ b,
    Operator.OR_BITS: lambda a, b: a | b,
}
TRUTH: dict[Operator, Callable[[int, int], bool]] = {
    Operator.EQUAL: lambda a, b: a == b,
    Operator.NOT_EQUAL: lambda a, b: a != b,
    Operator.LESS: lambda a, b: a < b,
    Operator.LESS_EQUAL: lambda a, b: a <= b,
    Operator.GREATER: lambda a, b: a > b,
    Operator.GREATER_EQUAL: lambda a, b: a >= b,
}


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Interval, list[int]]:
    """A range and numbers of it, ends among them; open ends are seen through far numbers."""
    low = draw(st.integers(-40, 70))
    high = draw(st.integers(low, low + 12))
    is_open = draw(st.sampled_from(["", "", "", "low", "high", "both"]))
    is_nonzero = draw(st.booleans())
    found = list(range(low, high + 1))
    if is_open in ("low", "both"):
        found += [-(1 << 70), -1000, low - 1]
    if is_open in ("high", "both"):
        found += [1 << 70, 1000, high + 1]
    interval = Interval(
        None if is_open in ("low", "both") else low,
        None if is_open in ("high", "both") else high,
        is_nonzero,
    )
    found = [number for number in found if number or not is_nonzero]
    return interval, found


def results(operator: Operator, left: list[int], right: list[int]) -> list[int]:
    """All that there is a result for; shifts stop at 63, and nothing is divided by zero."""
    found = []
    for a in left:
        for b in right:
            if operator in (Operator.DIVIDE, Operator.MODULO) and b == 0:
                continue
            if operator in (Operator.SHIFT_LEFT, Operator.SHIFT_RIGHT) and not 0 <= b <= 63:
                continue
            found.append(PYTHON[operator](a, b))
    return found


def test_every_operator_has_its_counterpart() -> None:
    assert set(ARITHMETIC) == set(PYTHON)
    assert set(COMPARISONS) == set(TRUTH)


@pytest.mark.parametrize("operator", list(PYTHON))
@given(left=ranges(), right=ranges())
def test_range_holds_every_result(
    operator: Operator, left: tuple[Interval, list[int]], right: tuple[Interval, list[int]]
) -> None:
    possible = ARITHMETIC[operator](left[0], right[0])
    strays = [n for n in results(operator, left[1], right[1]) if n not in possible]
    assert strays == []


@pytest.mark.parametrize("operator", list(TRUTH))
@given(left=ranges(), right=ranges())
def test_claimed_truth_is_the_truth_of_every_pair(
    operator: Operator, left: tuple[Interval, list[int]], right: tuple[Interval, list[int]]
) -> None:
    claimed = COMPARISONS[operator](left[0], right[0])
    seen = {TRUTH[operator](a, b) for a in left[1] for b in right[1]}
    if claimed is not None:
        assert seen <= {claimed}


@given(one=ranges(), other=ranges())
def test_meet_and_join_hold_what_they_must(
    one: tuple[Interval, list[int]], other: tuple[Interval, list[int]]
) -> None:
    meet, join = one[0].meet(other[0]), one[0].join(other[0])
    assert [n for n in {*one[1]} & {*other[1]} if n not in meet] == []
    assert [n for n in (*one[1], *other[1]) if n not in join] == []


@given(value=ranges())
def test_unary_ranges_hold_every_result(value: tuple[Interval, list[int]]) -> None:
    assert [n for n in value[1] if -n not in negate(value[0])] == []
    assert [n for n in value[1] if ~n not in invert(value[0])] == []


def test_bounds_beyond_use_are_dropped() -> None:
    huge = exactly(1 << 5000)
    assert ARITHMETIC[Operator.ADD](huge, huge) == ANY


@pytest.mark.parametrize(
    ("left", "operator", "right", "expected"),
    [
        (Interval(0, 255), Operator.AND_BITS, exactly(6), Interval(0, 6)),
        (Interval(0, 255), Operator.OR_BITS, exactly(256), Interval(256, 511)),
        (Interval(0, 255), Operator.MODULO, exactly(16), Interval(0, 15)),
        (Interval(0, 255), Operator.DIVIDE, exactly(16), Interval(0, 15)),
        (Interval(0, 7), Operator.MULTIPLY, Interval(-3, 2), Interval(-21, 14)),
        (exactly(1), Operator.SHIFT_LEFT, Interval(0, 4), Interval(1, 16)),
        (Interval(-128, 127), Operator.SUBTRACT, exactly(1), Interval(-129, 126)),
    ],
)
def test_ranges_are_tight_where_people_rely_on_it(
    left: Interval, operator: Operator, right: Interval, expected: Interval
) -> None:
    assert ARITHMETIC[operator](left, right) == expected
