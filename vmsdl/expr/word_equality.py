"""When two values are equal that are put together from bytes: place by place."""

from itertools import pairwise

from vmsdl.expr.bit_runs import (
    BitRun,
    cut_runs,
    find_signed_width,
    find_signed_word,
    find_whole,
    find_width,
    make_mask,
    read_low_bits,
    read_word,
)
from vmsdl.expr.logic import FALSE, and_, find_path, make_comparison, make_literal, not_, or_
from vmsdl.expr.nodes import INTEGER, Binary, Conditional, Expr, Literal, Operator
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class _Word:
    runs: tuple[BitRun, ...]
    width: int
    is_signed: bool


def compare_words(left: Expr, right: Expr) -> Expr | None:
    """When they are equal; None: no comparison of places says it."""
    if find_path(left) is not None and find_path(right) is not None:
        return None
    one, other = _read(left), _read(right)
    if one is None or other is None:
        return None
    if one.is_signed != other.is_signed:
        return None
    if one.width > other.width:
        one, other = other, one
    if one.is_signed and one.width < other.width:
        return _compare_extended(one, other)
    return _compare_aligned(one.runs, other.runs, other.width)


def _read(e: Expr) -> _Word | None:
    signed = find_signed_word(e)
    if signed is not None:
        runs = read_low_bits(*signed)
        return None if runs is None else _Word(runs, signed[1], is_signed=True)
    width = find_signed_width(e)
    if width is not None:
        return _Word((BitRun(e, 0, width, 0),), width, is_signed=True)
    word = read_word(e)
    return None if word is None else _Word(*word, is_signed=False)


def _compare_extended(narrow: _Word, wide: _Word) -> Expr | None:
    """A signed number in fewer bits: the bits above are all as its sign."""
    match narrow.runs:
        case (BitRun(source=source, start=0, width=width),) if find_signed_width(source) == width:
            pass
        case _:
            return None
    low = _compare_aligned(narrow.runs, cut_runs(wide.runs, 0, width), width)
    upper = cut_runs(wide.runs, width, wide.width, -width)
    bits = wide.width - width
    zeros, ones = (compare_with_number(upper, value) for value in (0, make_mask(bits)))
    if low is None:
        return None
    is_negative = make_comparison(Operator.LESS, source, make_literal(0))
    filled = or_(and_(not_(is_negative), zeros), and_(is_negative, ones))
    return and_(low, filled)


def _compare_aligned(one: tuple[BitRun, ...], other: tuple[BitRun, ...], width: int) -> Expr | None:
    """Bit by bit; what no run covers is 0."""
    edges = {0, width}
    for run in (*one, *other):
        edges |= {run.at, run.at + run.width}
    parts = []
    for low, high in pairwise(sorted(edges)):
        mine, yours = cut_runs(one, low, high, -low), cut_runs(other, low, high, -low)
        found = _compare_segment(mine, yours)
        if found is None:
            return None
        parts.append(found)
    return and_(*parts)


def _compare_segment(mine: tuple[BitRun, ...], yours: tuple[BitRun, ...]) -> Expr | None:
    if mine == yours:
        return make_literal(True)
    if not mine or not yours:
        return compare_with_number(mine or yours, 0)
    (a,), (b,) = mine, yours
    if not (_is_whole(a) and _is_whole(b)):
        return None
    if (find_width(a.source) is None) is not (find_width(b.source) is None):
        return None  # a number with a sign, and one without
    return make_comparison(Operator.EQUAL, a.source, b.source)


def _is_whole(run: BitRun) -> bool:
    return run.start == 0 and run.width in (find_width(run.source), find_signed_width(run.source))


def compare_with_number(runs: tuple[BitRun, ...], value: int) -> Expr:
    """When the bits are those of the number: one comparison for a place."""
    covered = sum(make_mask(run.width) << run.at for run in runs)
    if value & ~covered:
        return FALSE
    wanted: dict[Expr, list[tuple[int, int]]] = {}
    for run in runs:
        bits = (value >> run.at & make_mask(run.width)) << run.start
        wanted.setdefault(run.source, []).append((run.mask, bits))
    parts = []
    for source, compared in wanted.items():
        mask = bits = 0
        for own_mask, own_bits in compared:
            if (bits ^ own_bits) & mask & own_mask:
                return FALSE
            mask |= own_mask
            bits |= own_bits
        parts.append(_compare_source(source, mask, bits))
    return and_(*parts)


def _compare_source(source: Expr, mask: int, bits: int) -> Expr:
    match source:
        case Conditional(condition=condition, yes=Literal(value=1), no=Literal(value=0)):
            return condition if bits else not_(condition)
        case _:
            signed = find_signed_width(source)
            if signed is not None and mask == make_mask(signed):
                value = bits - (1 << signed if bits >> signed - 1 else 0)
                return make_comparison(Operator.EQUAL, source, make_literal(value))
            masked = mask_bits(source, mask)
            return make_comparison(Operator.EQUAL, find_whole(masked) or masked, make_literal(bits))


def mask_bits(source: Expr, mask: int) -> Expr:
    """Some bits of a place, where they are."""
    return Binary(type=INTEGER, operator=Operator.AND_BITS, left=source, right=make_literal(mask))
