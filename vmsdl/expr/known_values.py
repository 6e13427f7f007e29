"""What is known where a condition is read: values of places, and conditions that are true."""

from dataclasses import field
from functools import lru_cache
from typing import TypeAlias

from vmsdl.expr.bit_runs import find_signed_width, find_width, make_mask
from vmsdl.expr.integer_sets import EVERY_INTEGER, IntegerSet, find_solutions, join_all
from vmsdl.expr.nodes import OPPOSITE, Binary, Call, Expr, Function, IntValue, Literal, Operator
from vmsdl.records import dataclass

# A place, and which bits of it are looked at; None: its value.
Term: TypeAlias = tuple[Expr, int | None]


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition on one term: its value is one of these."""

    term: Term
    values: IntegerSet


@lru_cache(maxsize=1 << 14)
def read_bound(e: Expr) -> Bound | None:
    """A comparison with a number, as the values that it allows."""
    match e:
        case Binary(operator=operator, left=left, right=Literal(value=value)) if (
            operator in OPPOSITE
        ):
            return make_bound(*_find_term(left), find_solutions(operator, int(value)))
        case _:
            return None


def _find_term(e: Expr) -> Term:
    match e:
        case Binary(
            operator=Operator.AND_BITS, left=source, right=Literal(value=mask, name=None)
        ) if (mask >= 0):
            return source, int(mask)
        case _:
            return e, None


def make_bound(source: Expr, mask: int | None, values: IntegerSet) -> Bound:
    """The same on the whole value where the bits are its highest, or all."""
    universe = EVERY_INTEGER if mask is None else IntegerSet(((0, mask),))
    values = values.meet(universe)
    signed = find_signed_width(source)
    width = find_width(source) if signed is None else signed
    if mask is None or width is None or not width:
        return Bound((source, mask), values)
    if signed is not None and mask >> width:
        return Bound((source, mask), values)  # bits that repeat the sign
    values = values.meet(IntegerSet(((0, make_mask(width)),)))
    mask &= make_mask(width)
    low = make_mask(width) & ~mask
    if low & (low + 1):
        return Bound((source, mask), values)
    # What is left of any value is a multiple of `step`, and stands for so many values.
    step = low + 1
    whole = []
    for first, last in values.ranges:
        assert first is not None
        assert last is not None
        start, end = -(-first // step) * step, last // step * step + low
        if start <= end:
            whole.append(IntegerSet(((start, end),)))
    unsigned = join_all(whole)
    if signed is None:
        return Bound((source, None), unsigned)
    half = IntegerSet(((0, make_mask(width - 1)),))
    upper = unsigned.meet(half.complement).shift(-1 << width)
    return Bound((source, None), unsigned.meet(half).join(upper))


def find_universe(term: Term) -> IntegerSet:
    """Numbers that the term always is one of."""
    source, mask = term
    if mask is not None:
        return IntegerSet(((0, mask),))
    if isinstance(source, Call) and source.function is Function.LEN:
        return IntegerSet(((0, None),))
    if isinstance(source.type, IntValue):
        return IntegerSet(((source.type.low, source.type.high),))
    return EVERY_INTEGER


@dataclass(slots=True)
class KnownValues:
    """What holds in the states that a part of a condition is read for.

    `outer`: what holds around it. `is_impossible`: there are no such states.
    """

    outer: "KnownValues | None" = None
    values: dict[Term, IntegerSet] = field(default_factory=dict)
    truths: set[Expr] = field(default_factory=set)
    pins: dict[Expr, int] = field(default_factory=dict)
    is_impossible: bool = False

    def find_values(self, term: Term) -> IntegerSet:
        """Which values the term can have."""
        at: KnownValues | None = self
        while at is not None:
            if term in at.values:
                return at.values[term]
            at = at.outer
        return find_universe(term)

    def is_true(self, condition: Expr) -> bool:
        """Whether it is said to hold."""
        at: KnownValues | None = self
        while at is not None:
            if condition in at.truths:
                return True
            at = at.outer
        return False

    def find_pin(self, e: Expr) -> int | None:
        """The only value that a place can have."""
        at: KnownValues | None = self
        while at is not None:
            if e in at.pins:
                return at.pins[e]
            at = at.outer
        return None

    @property
    def has_pins(self) -> bool:
        """Whether some place has one value only."""
        at: KnownValues | None = self
        while at is not None:
            if at.pins:
                return True
            at = at.outer
        return False

    def add_bound(self, bound: Bound) -> None:
        """It holds too."""
        left = self.find_values(bound.term).meet(bound.values)
        self.values[bound.term] = left
        source, mask = bound.term
        if left.is_empty:
            self.is_impossible = True
        elif mask is None and left.point is not None:
            self.pins[source] = left.point
