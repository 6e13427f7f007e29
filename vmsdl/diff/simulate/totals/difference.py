"""By how many bytes one side is longer, and when; the words for it."""

from math import gcd

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import (
    TRUE,
    make_arithmetic,
    make_comparison,
    make_literal,
    or_,
)
from vmsdl.expr.nodes import (
    Conditional,
    Expr,
    Operator,
)
from vmsdl.expr.text import unparse
from vmsdl.records import dataclass

_MOST_FACTORS = 2  # that a message names


@dataclass(frozen=True, slots=True)
class LengthDifference:
    """How many bytes the sender has more than the receiver: `fixed`, and so many of each factor.

    `has_free_parts`: besides, there are parts of which nothing is known.
    """

    fixed: int
    factors: tuple[tuple[Expr, int], ...] = ()
    has_free_parts: bool = False

    def find_positive_condition(self) -> Expr:
        """When the sender has more, in states in which the two differ. Not for free parts."""
        more, less = self._find_sides()
        return make_comparison(Operator.GREATER, more, less)

    def _find_sides(self) -> tuple[Expr, Expr]:
        more = _add_up([(e, n) for e, n in self.factors if n > 0], max(0, self.fixed))
        less = _add_up([(e, -n) for e, n in self.factors if n < 0], max(0, -self.fixed))
        return more, less

    def describe(self, is_positive: bool | None, *, is_always: bool) -> str:
        """What is wrong with the length, in a few words; empty where no few words say it.

        `is_positive`: whether the sender has more; None: that is not known. `is_always`: the two
        differ in every state.
        """
        fixed = f"{_format_bytes(abs(self.fixed))} {'too many' if self.fixed > 0 else 'missing'}"
        if self.has_free_parts:
            if is_positive is None:
                if not self.fixed:
                    return "no number of elements has as many bytes as were sent"
                return f"{fixed}, which no optional part makes up for"
            return f"at least {fixed}"
        if not self.factors:
            return fixed
        if (
            any(isinstance(e, Conditional) for e, _ in self.factors)
            or len(self.factors) > _MOST_FACTORS
        ):
            if not self.fixed:
                return ""
            if self._has_one_sign():
                return f"at least {fixed}"
            return f"{fixed}, which no optional part makes up for" if is_always else ""
        if is_positive is None:
            return ""
        more, less = self._find_sides() if is_positive else self._find_sides()[::-1]
        difference = unparse(_subtract(more, less))
        return f"{difference} bytes {'too many' if is_positive else 'missing'}"

    def _has_one_sign(self) -> bool:
        return len({number > 0 for _, number in self.factors} | {self.fixed > 0}) == 1


def _subtract(more: Expr, less: Expr) -> Expr:
    if fold_constant(less) == 0:
        return more
    return make_arithmetic(Operator.SUBTRACT, more, less)


def _format_bytes(number: int) -> str:
    return "1 byte" if number == 1 else f"{number:,} bytes"


def make_difference(fixed: int, factors: dict[Expr, int]) -> Expr:
    """When `fixed` and so many of each factor are not 0 in all."""
    if not factors:
        return make_literal(fixed != 0)
    unit = gcd(*factors.values())
    if fixed % unit:
        return TRUE
    signs = {number > 0 for number in factors.values()}
    if len(signs) == 1:
        is_positive = signs == {True}
        if fixed and (fixed > 0) == is_positive:
            return TRUE
        if not fixed:
            zero = make_literal(0)
            return or_(*(make_comparison(Operator.NOT_EQUAL, each, zero) for each in factors))
    if len(factors) == 1:
        ((factor, number),) = factors.items()
        return make_comparison(Operator.NOT_EQUAL, factor, make_literal(-fixed // number))
    more = _add_up([(e, n // unit) for e, n in factors.items() if n > 0], max(0, fixed) // unit)
    less = _add_up([(e, -n // unit) for e, n in factors.items() if n < 0], max(0, -fixed) // unit)
    return make_comparison(Operator.NOT_EQUAL, more, less)


def _add_up(terms: list[tuple[Expr, int]], fixed: int) -> Expr:
    found: Expr | None = None
    for e, number in terms:
        term = e if number == 1 else make_arithmetic(Operator.MULTIPLY, make_literal(number), e)
        found = term if found is None else make_arithmetic(Operator.ADD, found, term)
    if found is None:
        return make_literal(fixed)
    return make_arithmetic(Operator.ADD, found, make_literal(fixed)) if fixed else found
