"""How many bytes are still to come on either side, and when the two totals differ.

The end of a section is checked (`check_section_footer` in QEMU's `migration/savevm.c`): where
sender and receiver count different totals, the load is refused, whatever the values are. So the
totals are compared before any value is.

A total is a sum. What the sender writes depends on its own state, so each part of it has a factor
that is an expression: 1, a presence, a count. Of the receiver that is so for what it knows already
when the two sides part. What it reads after that place comes from displaced bytes, so a presence
or a count that it has yet to read can be anything: a *free* part. The totals differ for certain
where no choice of the free parts makes them equal.
"""

from collections import Counter
from dataclasses import replace
from math import gcd

from vmsdl.diff.layout.nodes import (
    PaddingNode,
)
from vmsdl.diff.simulate.records import WalkState
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.totals.difference import LengthDifference, make_difference
from vmsdl.diff.simulate.totals.measure import (
    SettingsAfterReset,
    collect_subsection_names,
    measure_side,
)
from vmsdl.diff.simulate.totals.presences import set_off_presences
from vmsdl.diff.simulate.totals.ranges import find_range
from vmsdl.diff.simulate.totals.reachable_sums import (
    Multiple,
    can_be_equal,
    list_sums,
)
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    and_,
    is_false,
    is_true,
    make_arithmetic,
    make_comparison,
    make_literal,
    not_,
)
from vmsdl.expr.nodes import (
    Conditional,
    Expr,
    Literal,
    Operator,
)
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class TotalsComparison:
    """`differ`: the states in which the two totals are different, whatever the bytes are.

    `is_settled`: in all other states they are equal.
    """

    differ: Expr
    is_settled: bool
    difference: "LengthDifference"
    is_longer: bool | None = None  # the sender's, in these states; None: it is not known
    # `differ` is so where these hold; of other states nothing is known.
    assumed: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class _FreeParts:
    sent: tuple[Multiple, ...]
    expected: tuple[Multiple, ...]

    @property
    def exists(self) -> bool:
        return bool(self.sent or self.expected)


def compare_totals(simulation: Simulation, state: WalkState) -> TotalsComparison:
    """The two totals from the next nodes on, as conditions on the sender."""
    fixed, known, free = _subtract_totals(simulation, state, None)
    if not free.exists:
        known = set_off_presences(simulation, state, known)
        differ = make_difference(fixed, known)
        difference = LengthDifference(fixed, tuple(known.items()))
        is_longer = (
            None if is_false(differ) else _find_longer(simulation, state, differ, difference)
        )
        return TotalsComparison(differ, True, difference, is_longer)
    found = _compare_free(fixed, known, free)
    if not is_false(found.differ) or not simulation.reset_values:
        return found
    # With locals and properties as they are after reset more can be said.
    settings = SettingsAfterReset(simulation.reset_values)
    found = _compare_free(*_subtract_totals(simulation, state, settings))
    return replace(found, assumed=tuple(settings.used)) if is_true(found.differ) else found


def _subtract_totals(
    simulation: Simulation,
    state: WalkState,
    settings: "SettingsAfterReset | None",
    *,
    are_taken: bool = False,
) -> tuple[int, dict[Expr, int], "_FreeParts"]:
    """What the sender has more: a number, numbers of factors, and what is free on either side.

    `are_taken`: the receiver takes each subsection that it knows for what it is.
    """
    names = Counter(collect_subsection_names(simulation, state))
    sent = measure_side(simulation, state, True, names, settings)
    expected = measure_side(simulation, state, False, names, settings)
    more, less = list(sent.free), list(expected.free)
    received = Counter((each.wire_name, each.size) for each in expected.subsections)
    for each in sent.subsections:
        sizes = [size for name, size in received if name == each.wire_name]
        if not sizes:
            sent.add(each.size, each.present)
            continue
        if not are_taken:
            # The receiver may take it for its own, at whatever place its header is met, or may not.
            more.append(Multiple(each.size, 1))
        for size in sizes:
            (more if each.size > size else less).append(Multiple(abs(each.size - size), 1))
    fixed = sent.fixed - state.consumed - expected.fixed + state.received
    fixed += _count_skipped(state)
    factors = Counter(sent.factors)
    factors.subtract(expected.factors)
    known = {factor: number for factor, number in factors.items() if number}
    return fixed, known, _FreeParts(_drop_empty(more), _drop_empty(less))


def find_meeting_counts(
    simulation: Simulation, state: WalkState, count: Expr, most: int
) -> list[int]:
    """The numbers of elements, up to some number, at which both sides can end together, if the
    receiver takes each subsection for what it is."""
    fixed, known, free = _subtract_totals(simulation, state, None, are_taken=True)
    size = known.pop(count, 0)
    if not size:
        return []
    more, less = list(free.sent), list(free.expected)
    for e, number in known.items():
        least, highest = find_range(e)
        fixed += number * least
        rest = None if highest is None else highest - least
        (more if number > 0 else less).append(Multiple(abs(number), rest))
    return [number for number in range(most + 1) if can_be_equal(fixed + size * number, more, less)]


def _drop_empty(parts: list[Multiple]) -> tuple[Multiple, ...]:
    return tuple(part for part in parts if part.size)


def _find_longer(
    simulation: Simulation, state: WalkState, differ: Expr, difference: LengthDifference
) -> bool | None:
    """Whether it is the sender's total that is longer, in all states in which the two differ."""
    signs = {number > 0 for _, number in difference.factors}
    signs |= {difference.fixed > 0} if difference.fixed else set()
    if len(signs) == 1:
        return signs.pop()
    positive = difference.find_positive_condition()
    known = and_(state.condition, differ)
    if simulation.is_impossible(and_(known, not_(positive))):
        return True
    return False if simulation.is_impossible(and_(known, positive)) else None


def _count_skipped(state: WalkState) -> int:
    """Bytes of the receiver's padding that are skipped already."""
    if not state.padding_left:
        return 0
    padding = state.expected[-1]
    assert isinstance(padding, PaddingNode)
    return int(fold_constant(padding.length) or 0) - state.padding_left


def _compare_free(fixed: int, factors: dict[Expr, int], free: _FreeParts) -> TotalsComparison:
    more, less, start = list(free.sent), list(free.expected), fixed
    for e, number in factors.items():
        least, most = find_range(e)
        assert least >= 0
        fixed += number * least
        rest = None if most is None else most - least
        (more if number > 0 else less).append(Multiple(abs(number), rest))
    difference = LengthDifference(fixed, has_free_parts=True)
    if can_be_equal(fixed, more, less):
        if (fixed >= 0 and not less) or (fixed <= 0 and not more):
            # Nothing makes up for what one side has more.
            return TotalsComparison(make_difference(start, factors), False, difference)
        return TotalsComparison(_find_difference(start, factors, free), False, difference)
    is_longer = None
    if fixed > 0 and not less:
        is_longer = True
    elif fixed < 0 and not more:
        is_longer = False
    return TotalsComparison(TRUE, False, difference, is_longer)


def _find_difference(fixed: int, factors: dict[Expr, int], free: _FreeParts) -> Expr:
    """When a count is none of those that the other parts can make up for."""
    counts = [each for each in factors if not _is_presence(each)]
    if len(counts) != 1:
        return FALSE
    (count,) = counts
    more, less = list(free.sent), list(free.expected)
    for each, number in factors.items():
        if each != count:
            (more if number > 0 else less).append(Multiple(abs(number), 1))
    added, removed = list_sums(more), list_sums(less)
    if added is None or removed is None:
        sizes = [each.size for each in (*more, *less)]
        return _find_other_remainders(count, fixed, factors[count], gcd(*sizes))
    # number * count + fixed + added = removed
    values = {
        (minus - plus - fixed) // factors[count]
        for minus in removed
        for plus in added
        if (minus - plus - fixed) % factors[count] == 0
    }
    least, most = find_range(count)
    possible = sorted(v for v in values if v >= least and (most is None or v <= most))
    if len(possible) > _MOST_VALUES:
        return FALSE
    return and_(
        *(make_comparison(Operator.NOT_EQUAL, count, make_literal(each)) for each in possible)
    )


_MOST_VALUES = 3  # of a count, in one condition


def _is_presence(factor: Expr) -> bool:
    match factor:
        case Conditional(yes=Literal(value=1), no=Literal(value=0)):
            return True
        case _:
            return False


def _find_other_remainders(count: Expr, fixed: int, number: int, unit: int) -> Expr:
    """When number * count + fixed is no multiple of the unit."""
    common = gcd(number, unit)
    step = unit // common
    if fixed % common or step == 1:
        return FALSE
    residue = -(fixed // common) * pow(number // common, -1, step) % step
    remainder = make_arithmetic(Operator.MODULO, count, make_literal(step))
    return make_comparison(Operator.NOT_EQUAL, remainder, make_literal(residue))
