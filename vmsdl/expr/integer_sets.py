"""Sets of integers, as the ranges that they are made of: what comparisons with numbers leave."""

from collections.abc import Iterable
from typing import TypeAlias

from vmsdl.expr.nodes import Operator
from vmsdl.records import dataclass

# From the first to the last integer, both included. None: no end on this side.
Range: TypeAlias = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class IntegerSet:
    """Ranges in rising order. Between two of them there is at least one integer."""

    ranges: tuple[Range, ...]

    @property
    def is_empty(self) -> bool:
        return not self.ranges

    @property
    def point(self) -> int | None:
        """Its only integer, or None where it has others."""
        if len(self.ranges) != 1:
            return None
        low, high = self.ranges[0]
        return low if low == high else None

    @property
    def complement(self) -> "IntegerSet":
        """All other integers."""
        found: list[Range] = []
        start: int | None = None
        for low, high in self.ranges:
            if low is not None:
                found.append((start, low - 1))
            if high is None:
                return IntegerSet(tuple(found))
            start = high + 1
        return IntegerSet((*found, (start, None)))

    def meet(self, other: "IntegerSet") -> "IntegerSet":
        """The integers in both."""
        found: list[Range] = []
        mine, yours = list(reversed(self.ranges)), list(reversed(other.ranges))
        while mine and yours:
            low = _last_start(mine[-1][0], yours[-1][0])
            high = _first_end(mine[-1][1], yours[-1][1])
            if low is None or high is None or low <= high:
                found.append((low, high))
            (mine if mine[-1][1] == high else yours).pop()
        return IntegerSet(tuple(found))

    def join(self, other: "IntegerSet") -> "IntegerSet":
        """The integers in one of them."""
        return join_all((self, other))

    def shift(self, by: int) -> "IntegerSet":
        """Each integer plus a number."""
        return IntegerSet(
            tuple(
                (None if low is None else low + by, None if high is None else high + by)
                for low, high in self.ranges
            )
        )


def _last_start(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else max(one, other)


def _first_end(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)


EVERY_INTEGER = IntegerSet(((None, None),))
NO_INTEGER = IntegerSet(())


def join_all(sets: Iterable[IntegerSet]) -> IntegerSet:
    """The integers in one of them."""
    ranges = [each for part in sets for each in part.ranges]
    ranges.sort(key=lambda each: (each[0] is not None, each[0] or 0))
    found: list[Range] = []
    for low, high in ranges:
        if not found:
            found.append((low, high))
            continue
        start, end = found[-1]
        if end is not None and low is not None and low > end + 1:
            found.append((low, high))
        elif end is not None and (high is None or high > end):
            found[-1] = (start, high)
    return IntegerSet(tuple(found))


def find_solutions(operator: Operator, value: int) -> IntegerSet:
    """The integers for which a comparison with a number is true."""
    match operator:
        case Operator.EQUAL:
            return IntegerSet(((value, value),))
        case Operator.NOT_EQUAL:
            return IntegerSet(((None, value - 1), (value + 1, None)))
        case Operator.LESS:
            return IntegerSet(((None, value - 1),))
        case Operator.LESS_EQUAL:
            return IntegerSet(((None, value),))
        case Operator.GREATER:
            return IntegerSet(((value + 1, None),))
        case _:
            return IntegerSet(((value, None),))
