"""Which sums can be made of given numbers, each taken so many times.

The question behind it: two lengths differ by a fixed number of bytes, and parts of either side are
there or not. Can the parts make up for the difference?
"""

from collections.abc import Sequence
from math import gcd

from vmsdl.records import dataclass

# Sums up to this are looked at one by one; the bits of one integer stand for them.
_MOST_BYTES = 1 << 17
_MOST_SUMS = 256  # that are listed


@dataclass(frozen=True, slots=True)
class Multiple:
    """`size` from 0 to `most` times; None: any number of times."""

    size: int
    most: int | None

    def times(self, number: int) -> "Multiple":
        return Multiple(self.size, None if self.most is None else self.most * number)

    @property
    def largest(self) -> int | None:
        return None if self.most is None else self.size * self.most


def can_be_equal(fixed: int, more: Sequence[Multiple], less: Sequence[Multiple]) -> bool:
    """Whether `fixed` and some sum of `more` can be some sum of `less`.

    False only where no choice makes them equal. Where there are too many choices, True.
    """
    sizes = [each.size for each in (*more, *less)]
    unit = gcd(*sizes)
    if fixed % unit if unit else fixed:
        return False
    if fixed < 0:
        return can_be_equal(-fixed, less, more)
    # Now `less` has to make up for `fixed` and for what is taken of `more`.
    if not less:
        return fixed == 0
    most_more, most_less = _add_largest(more), _add_largest(less)
    if most_less is not None and most_less < fixed:
        return False
    ends = [end for end in (most_less, None if most_more is None else fixed + most_more) if end]
    if not ends or min(ends) > _MOST_BYTES:
        return True
    end = min(ends)
    return bool(_make_sums(1 << fixed, more, end) & _make_sums(1, less, end))


def list_sums(parts: Sequence[Multiple]) -> frozenset[int] | None:
    """All sums that can be made; None where these are many."""
    sums = {0}
    for part in parts:
        if part.most is None or len(sums) * (part.most + 1) > _MOST_SUMS:
            return None
        sums = {sum_ + part.size * times for sum_ in sums for times in range(part.most + 1)}
    return frozenset(sums)


def _add_largest(parts: Sequence[Multiple]) -> int | None:
    total = 0
    for each in parts:
        if each.largest is None:
            return None
        total += each.largest
    return total


def _make_sums(start: int, parts: Sequence[Multiple], end: int) -> int:
    """The sums up to `end` as bits of an integer; `start` has those without the parts."""
    mask = (1 << end + 1) - 1
    sums = start & mask
    for part in sorted(set(parts), key=lambda each: each.size):
        times = sum(1 for each in parts if each == part)
        left = end // part.size
        if part.most is not None:
            left = min(left, part.most * times)
        # Doubling: after taking 1, 2, 4, ... each number of times up to `left` can be made.
        step = 1
        while left > 0:
            taken = min(step, left)
            sums |= sums << part.size * taken & mask
            left -= taken
            step *= 2
    return sums
