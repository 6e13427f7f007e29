"""Arithmetic on ranges of integers: from the possible operands to the possible results."""

from collections.abc import Callable, Iterable

from vmsdl.expr.nodes import Operator
from vmsdl.records import dataclass

# Larger bounds would cost time and say no more than "no bound".
_HUGE = 1 << 4096


@dataclass(frozen=True, slots=True)
class Interval:
    """All integers from `low` to `high`, both included. None: no bound. Zero may be excluded."""

    low: int | None = None
    high: int | None = None
    is_nonzero: bool = False

    @property
    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.is_nonzero and self.low == self.high == 0)

    @property
    def point(self) -> int | None:
        """Its only integer, or None where it has more."""
        return self.low if self.low == self.high else None

    def __contains__(self, number: int) -> bool:
        if number == 0 and self.is_nonzero:
            return False
        return (self.low is None or self.low <= number) and (
            self.high is None or number <= self.high
        )

    def meet(self, other: "Interval") -> "Interval":
        """The integers in both."""
        if other is ANY:
            return self
        low, high = self.low, self.high
        if low is None or (other.low is not None and other.low > low):
            low = other.low
        if high is None or (other.high is not None and other.high < high):
            high = other.high
        if self.is_nonzero or other.is_nonzero:
            low, high = 1 if low == 0 else low, -1 if high == 0 else high
            return Interval(low, high, is_nonzero=True)
        return Interval(low, high)

    def join(self, other: "Interval") -> "Interval":
        """The smallest interval that contains both."""
        low = None if None in (self.low, other.low) else min(_drop_missing(self.low, other.low))
        high = (
            None if None in (self.high, other.high) else max(_drop_missing(self.high, other.high))
        )
        return Interval(low, high, is_nonzero=0 not in self and 0 not in other)


ANY = Interval()
BIT = Interval(0, 1)
NATURAL = Interval(0, None)


def exactly(number: int) -> Interval:
    return Interval(number, number)


def negate(value: Interval) -> Interval:
    low = None if value.high is None else -value.high
    high = None if value.low is None else -value.low
    return Interval(low, high, value.is_nonzero)


def invert(value: Interval) -> Interval:
    return subtract(negate(value), exactly(1))


def add(left: Interval, right: Interval) -> Interval:
    low = None if left.low is None or right.low is None else left.low + right.low
    high = None if left.high is None or right.high is None else left.high + right.high
    return _drop_huge(low, high)


def subtract(left: Interval, right: Interval) -> Interval:
    return add(left, negate(right))


def multiply(left: Interval, right: Interval) -> Interval:
    if exactly(0) in (left, right):
        return exactly(0)
    if _is_bounded(left) and _is_bounded(right):
        return _apply_to_bounds(lambda a, b: a * b, left, right)
    if _is_natural(left) and _is_natural(right):
        return Interval((left.low or 0) * (right.low or 0), None)
    return ANY


def divide(left: Interval, right: Interval) -> Interval:
    """Floor division. A divisor of zero gives no result, and is left out."""
    right = right.meet(Interval(is_nonzero=True))
    if not _is_bounded(left):
        return NATURAL if _is_natural(left) and _is_natural(right) else ANY
    if right.low is not None and right.low >= 1:
        # A divisor above the largest dividend gives 0 or -1, however large it is.
        most = right.high if right.high is not None else max(_find_magnitude(left), right.low) + 1
        return _apply_to_bounds(lambda a, b: a // b, left, Interval(right.low, most))
    return Interval(-_find_magnitude(left), _find_magnitude(left))


def modulo(left: Interval, right: Interval) -> Interval:
    """The remainder has the sign of the divisor, and is nearer to zero."""
    low = None if right.low is None else min(right.low + 1, 0)
    high = None if right.high is None else max(right.high - 1, 0)
    if _is_natural(left) and _is_natural(right):
        return Interval(0, min(_drop_missing(high, left.high), default=None))
    return Interval(low, high)


def shift_left(left: Interval, right: Interval) -> Interval:
    amount = right.meet(_AMOUNT)
    if amount.is_empty or not _is_bounded(left):
        return NATURAL if _is_natural(left) else ANY
    return _apply_to_bounds(lambda a, b: a << b, left, amount)


def shift_right(left: Interval, right: Interval) -> Interval:
    amount = right.meet(_AMOUNT)
    if amount.is_empty or not _is_bounded(left):
        return NATURAL if _is_natural(left) else ANY
    return _apply_to_bounds(lambda a, b: a >> b, left, amount)


def and_bits(left: Interval, right: Interval) -> Interval:
    if _is_natural(left) or _is_natural(right):
        highs = (side.high for side in (left, right) if _is_natural(side))
        return Interval(0, min(_drop_missing(*highs), default=None))
    return _find_word_range(left, right)


def or_bits(left: Interval, right: Interval) -> Interval:
    words = _find_word_range(left, right)
    if _is_natural(left) and _is_natural(right):
        return Interval(max(left.low or 0, right.low or 0), words.high)
    return words


def xor_bits(left: Interval, right: Interval) -> Interval:
    words = _find_word_range(left, right)
    return Interval(0, words.high) if _is_natural(left) and _is_natural(right) else words


ARITHMETIC: dict[Operator, Callable[[Interval, Interval], Interval]] = {
    Operator.MULTIPLY: multiply,
    Operator.DIVIDE: divide,
    Operator.MODULO: modulo,
    Operator.ADD: add,
    Operator.SUBTRACT: subtract,
    Operator.SHIFT_LEFT: shift_left,
    Operator.SHIFT_RIGHT: shift_right,
    Operator.AND_BITS: and_bits,
    Operator.XOR_BITS: xor_bits,
    Operator.OR_BITS: or_bits,
}

COMPARISONS: dict[Operator, Callable[[Interval, Interval], bool | None]] = {
    Operator.EQUAL: lambda a, b: equal(a, b),
    Operator.NOT_EQUAL: lambda a, b: _not(equal(a, b)),
    Operator.LESS: lambda a, b: less(a, b),
    Operator.GREATER_EQUAL: lambda a, b: _not(less(a, b)),
    Operator.GREATER: lambda a, b: less(b, a),
    Operator.LESS_EQUAL: lambda a, b: _not(less(b, a)),
}


def equal(left: Interval, right: Interval) -> bool | None:
    """Whether they are equal in every case (True), in none (False), or in some (None)."""
    if left.meet(right).is_empty:
        return False
    return True if left.point is not None and left.point == right.point else None


def less(left: Interval, right: Interval) -> bool | None:
    if left.high is not None and right.low is not None and left.high < right.low:
        return True
    if left.low is not None and right.high is not None and left.low >= right.high:
        return False
    return None


_AMOUNT = Interval(0, 63)  # all other shifts fail and give no result


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _drop_missing(*bounds: int | None) -> list[int]:
    return [bound for bound in bounds if bound is not None]


def _is_natural(value: Interval) -> bool:
    return value.low is not None and value.low >= 0


def _is_bounded(value: Interval) -> bool:
    return value.low is not None and value.high is not None


def _find_magnitude(value: Interval) -> int:
    return max(map(abs, _drop_missing(value.low, value.high)), default=0)


def _apply_to_bounds(
    function: Callable[[int, int], int], left: Interval, right: Interval
) -> Interval:
    """The results of a function that is monotone in each operand."""
    return _enclose(
        function(a, b)
        for a in _drop_missing(left.low, left.high)
        for b in _drop_missing(right.low, right.high)
    )


def _enclose(numbers: Iterable[int]) -> Interval:
    found = list(numbers)
    return _drop_huge(min(found), max(found))


def _drop_huge(low: int | None, high: int | None) -> Interval:
    return Interval(
        None if low is None or abs(low) > _HUGE else low,
        None if high is None or abs(high) > _HUGE else high,
    )


def _find_word_range(left: Interval, right: Interval) -> Interval:
    """The results of bit operations on words as wide as the wider operand."""
    if not (_is_bounded(left) and _is_bounded(right)):
        return ANY
    bits = max(
        number.bit_length()
        for side in (left, right)
        for number in _drop_missing(side.low, side.high)
    )
    return Interval(-(1 << bits), (1 << bits) - 1)
