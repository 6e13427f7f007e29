"""From the values that a place may have back to a condition, in as few comparisons as there are."""

from vmsdl.expr.integer_sets import IntegerSet, Range
from vmsdl.expr.known_values import Bound, Term, find_universe
from vmsdl.expr.logic import FALSE, TRUE, and_, make_literal, or_
from vmsdl.expr.nodes import BOOL, INTEGER, Binary, EnumValue, Expr, Literal, Operator

_MOST_MEMBERS = 8  # of an enum that are listed one by one


class BoundWriter:
    """Writes bounds. Where a condition said a limit before, it is said in the same way."""

    def __init__(self) -> None:
        # By a term and a value that is compared with: how it was written, such as by a const.
        self._literals: dict[tuple[Term, int], Expr] = {}
        # By a term and the last integer before a limit: whether that one was written.
        self._writes_last: dict[tuple[Term, int], bool] = {}

    def learn(self, term: Term, comparison: Binary) -> None:
        """How a condition compares a term with a number."""
        literal = comparison.right
        assert isinstance(literal, Literal)
        value = int(literal.value)
        if literal.name is not None:
            self._literals[term, value] = literal
        match comparison.operator:
            case Operator.LESS | Operator.GREATER_EQUAL:
                self._writes_last.setdefault((term, value - 1), False)
            case Operator.LESS_EQUAL | Operator.GREATER:
                self._writes_last.setdefault((term, value), True)
            case _:
                pass

    def write(self, bound: Bound) -> Expr:
        """The condition that the term has one of the values."""
        term = bound.term
        universe = find_universe(term)
        values = bound.values.meet(universe)
        others = values.complement.meet(universe)
        if values.is_empty or others.is_empty:
            return TRUE if others.is_empty else FALSE
        mask = term[1]
        if mask is not None and not mask & (mask - 1):  # a flag: 0 or all of it
            is_set = values.meet(IntegerSet(((0, 0),))).is_empty
            return self._compare(term, Operator.NOT_EQUAL if is_set else Operator.EQUAL, 0)
        has_order = not isinstance(term[0].type, EnumValue)
        included = [self._write_range(term, each, universe, has_order) for each in values.ranges]
        excluded = [self._write_outside(term, each, universe, has_order) for each in others.ranges]
        # `n != 0` and `n != 1` are clearer than ranges, and these than what they leave out.
        if (_cost(excluded), not _is_few(others)) < (_cost(included), not _is_few(values)):
            return and_(*(or_(*each) for each in excluded))
        return or_(*(part for each in included for part in each))

    def _write_range(
        self, term: Term, range_: Range, universe: IntegerSet, has_order: bool
    ) -> list[Expr]:
        """Alternatives that together are the range."""
        points = _list_points(range_, 2 if has_order else _MOST_MEMBERS)
        if points and (len(points) == 1 or _is_inside(range_, universe) or not has_order):
            return [self._compare(term, Operator.EQUAL, each) for each in points]
        low, high = range_
        first, last = universe.ranges[0][0], universe.ranges[-1][1]
        ends = []
        if low is not None and low != first:
            ends.append(self._write_limit(term, low - 1, is_above=True))
        if high is not None and high != last:
            ends.append(self._write_limit(term, high, is_above=False))
        return [and_(*ends)]

    def _write_outside(
        self, term: Term, range_: Range, universe: IntegerSet, has_order: bool
    ) -> list[Expr]:
        """Conditions that exclude the range: each list is of alternatives."""
        points = _list_points(range_, 2 if has_order else _MOST_MEMBERS)
        if has_order and len(points) == 2 and not _is_inside(range_, universe):
            points = []  # one comparison says it
        if points:
            return [and_(*(self._compare(term, Operator.NOT_EQUAL, each) for each in points))]
        low, high = range_
        first, last = universe.ranges[0][0], universe.ranges[-1][1]
        ends = []
        if low is not None and low != first:
            ends.append(self._write_limit(term, low - 1, is_above=False))
        if high is not None and high != last:
            ends.append(self._write_limit(term, high, is_above=True))
        return ends

    def _write_limit(self, term: Term, last: int, *, is_above: bool) -> Expr:
        """Above the last integer before a limit, or not."""
        writes_last = self._writes_last.get((term, last), last != -1)
        if (term, last + 1) in self._literals and (term, last) not in self._literals:
            writes_last = False
        if writes_last:
            operator = Operator.GREATER if is_above else Operator.LESS_EQUAL
            return self._compare(term, operator, last)
        operator = Operator.GREATER_EQUAL if is_above else Operator.LESS
        return self._compare(term, operator, last + 1)

    def _compare(self, term: Term, operator: Operator, value: int) -> Expr:
        literal = self._literals.get((term, value)) or make_literal(value)
        return Binary(type=BOOL, operator=operator, left=read_term(term), right=literal)


def read_term(term: Term) -> Expr:
    """The expression of what the term looks at."""
    source, mask = term
    if mask is None:
        return source
    right = make_literal(mask)
    return Binary(type=INTEGER, operator=Operator.AND_BITS, left=source, right=right)


def _list_points(range_: Range, most: int) -> list[int]:
    """Its integers, or none of them where they are more."""
    low, high = range_
    if low is None or high is None or high - low >= most:
        return []
    return list(range(low, high + 1))


def _is_few(values: IntegerSet) -> bool:
    return all(_list_points(each, 2) for each in values.ranges)


def _is_inside(range_: Range, universe: IntegerSet) -> bool:
    """Neither end is the last value that there is."""
    return range_[0] != universe.ranges[0][0] and range_[1] != universe.ranges[-1][1]


def _cost(parts: list[list[Expr]]) -> int:
    """How many comparisons they are."""
    return sum(_count_comparisons(each) for part in parts for each in part)


def _count_comparisons(e: Expr) -> int:
    match e:
        case Binary(operator=Operator.AND | Operator.OR, left=left, right=right):
            return _count_comparisons(left) + _count_comparisons(right)
        case _:
            return 1
