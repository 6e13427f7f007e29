"""Which bits of which places make up a value, however it is put together from bytes.

A comparison of two layouts says a value by the bytes that it is read from: `x >> 8 & 0xff` is a
byte of `x`, `a << 8 | b` is a word of two bytes, and `if x < 0 then x + 256 else x` is a signed
byte on the wire. All of them are runs of bits of places.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from vmsdl.expr.nodes import (
    Binary,
    Conditional,
    Expr,
    IntValue,
    Item,
    Literal,
    Member,
    Operator,
    ReceiverValue,
    Select,
    Variable,
)
from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class BitRun:
    """`width` bits of the source from its bit `start` on: the bits of a value from its bit `at` on.

    Negative sources are in two's complement, without an end.
    """

    source: Expr
    start: int
    width: int
    at: int

    @property
    def mask(self) -> int:
        """The bits of the source."""
        return make_mask(self.width) << self.start


def make_mask(width: int) -> int:
    return (1 << width) - 1


@lru_cache(maxsize=1 << 14)
def find_width(e: Expr) -> int | None:
    """A number of bits that the value always fits in, without a sign; None: it can be negative, or
    has no known end."""
    match e:
        case Literal(value=value):
            return None if value < 0 else int(value).bit_length()
        case Conditional(yes=yes, no=no):
            signed = find_unsigned_source(e)
            if signed is not None:
                return find_signed_width(signed)
            return _find_largest((yes, no))
        case Binary(operator=Operator.AND_BITS, left=left, right=right):
            known = [each for each in map(find_width, (left, right)) if each is not None]
            return min(known, default=None)
        case Binary(operator=Operator.OR_BITS | Operator.XOR_BITS, left=left, right=right):
            return _find_largest((left, right))
        case Binary(operator=Operator.SHIFT_RIGHT, left=left, right=Literal(value=by)):
            width = find_width(left)
            return None if width is None or by < 0 else max(0, width - by)
        case Binary(operator=Operator.SHIFT_LEFT, left=left, right=Literal(value=by)):
            width = find_width(left)
            return None if width is None or by < 0 else width + by
        case _ if isinstance(e.type, IntValue) and _is_place(e):
            low, high = e.type.low, e.type.high
            return None if low is None or high is None or low < 0 else high.bit_length()
        case _:
            return None


def _find_largest(parts: Iterable[Expr]) -> int | None:
    widths = [find_width(each) for each in parts]
    known = [each for each in widths if each is not None]
    return max(known) if len(known) == len(widths) else None


def _is_place(e: Expr) -> bool:
    return isinstance(e, Member | Select | Item | Variable | ReceiverValue)


def find_signed_width(e: Expr) -> int | None:
    """The bits of a place that holds every number of so many bits with a sign."""
    if not (_is_place(e) and isinstance(e.type, IntValue)):
        return None
    low, high = e.type.low, e.type.high
    if low is None or high is None or low >= 0 or high != -low - 1 or high & (high + 1):
        return None
    return high.bit_length() + 1


def find_unsigned_source(e: Expr) -> Expr | None:
    """`x` of `if x < 0 then x + 2**width else x`: what is written of a number with a sign."""
    match e:
        case Conditional(
            condition=Binary(operator=Operator.LESS, left=tested, right=Literal(value=0)),
            yes=Binary(operator=Operator.ADD, left=left, right=Literal(value=by)),
            no=no,
        ) if (
            tested == left == no
        ):
            width = find_signed_width(no)
            return no if width is not None and by == 1 << width else None
        case _:
            return None


def find_signed_word(e: Expr) -> tuple[Expr, int] | None:
    """`y` and its width of `if y >= 2**(width-1) then y - 2**width else y`: what is read of it."""
    match e:
        case Conditional(
            condition=Binary(
                operator=Operator.GREATER_EQUAL, left=tested, right=Literal(value=top)
            ),
            yes=Binary(operator=Operator.SUBTRACT, left=left, right=Literal(value=by)),
            no=no,
        ) if (
            tested == left == no and by == 2 * top and top > 0 and not top & (top - 1)
        ):
            width = int(by).bit_length() - 1
            own = find_width(no)
            return (no, width) if own is not None and own <= width else None
        case _:
            return None


def read_low_bits(e: Expr, count: int) -> tuple[BitRun, ...] | None:
    """The lowest bits of a value, from the lowest on; what no run covers is 0.

    None: some of them are 1, or made of two places.
    """
    if count <= 0:
        return ()
    match e:
        case Literal(value=value):
            return None if int(value) & make_mask(count) else ()
        case Conditional() if (signed := find_unsigned_source(e)) is not None:
            width = find_signed_width(signed) or 0
            return read_low_bits(signed, min(count, width))
        case Conditional() if (word := find_signed_word(e)) is not None and count <= word[1]:
            return read_low_bits(word[0], count)
        case Binary(operator=Operator.SHIFT_RIGHT, left=left, right=Literal(value=by)) if by >= 0:
            runs = read_low_bits(left, count + by)
            return None if runs is None else cut_runs(runs, by, count + by, -by)
        case Binary(operator=Operator.SHIFT_LEFT, left=left, right=Literal(value=by)) if by >= 0:
            runs = read_low_bits(left, count - by)
            return None if runs is None else cut_runs(runs, 0, count - by, by)
        case Binary(operator=Operator.AND_BITS, left=left, right=Literal(value=mask)) if mask >= 0:
            runs = read_low_bits(left, min(count, int(mask).bit_length()))
            return None if runs is None else _keep(runs, int(mask))
        case Binary(operator=Operator.OR_BITS | Operator.XOR_BITS, left=left, right=right):
            one, other = read_low_bits(left, count), read_low_bits(right, count)
            return None if one is None or other is None else join_runs((*one, *other))
        case _:
            own = find_width(e)
            return (BitRun(e, 0, count if own is None else min(count, own), 0),)


def cut_runs(runs: tuple[BitRun, ...], low: int, high: int, by: int = 0) -> tuple[BitRun, ...]:
    """The bits of a value from `low` to before `high`, moved up by so many."""
    found = []
    for run in runs:
        first, last = max(run.at, low), min(run.at + run.width, high)
        if first < last:
            skipped = first - run.at
            found.append(BitRun(run.source, run.start + skipped, last - first, first + by))
    return tuple(found)


def _keep(runs: tuple[BitRun, ...], mask: int) -> tuple[BitRun, ...]:
    return tuple(run for low, high in find_ones(mask) for run in cut_runs(runs, low, high))


def find_ones(mask: int) -> Iterator[tuple[int, int]]:
    """The runs of ones: from which bit, and to before which."""
    at = 0
    while mask:
        zeros = (mask & -mask).bit_length() - 1
        mask >>= zeros
        ones = (~mask & (mask + 1)).bit_length() - 1
        yield at + zeros, at + zeros + ones
        mask >>= ones
        at += zeros + ones


def join_runs(runs: Iterable[BitRun]) -> tuple[BitRun, ...] | None:
    """Neighbours as one. None: two of them overlap."""
    found: list[BitRun] = []
    for run in sorted(runs, key=lambda each: each.at):
        last = found[-1] if found else None
        if last is not None and last.at + last.width > run.at:
            return None
        if (
            last is not None
            and last.source == run.source
            and last.at + last.width == run.at
            and last.start + last.width == run.start
        ):
            found[-1] = BitRun(last.source, last.start, last.width + run.width, last.at)
        else:
            found.append(run)
    return tuple(found)


def read_word(e: Expr) -> tuple[tuple[BitRun, ...], int] | None:
    """The bits of a value without a sign, and how many they are; None: it is not made of bits."""
    width = find_width(e)
    runs = None if width is None else read_low_bits(e, width)
    return None if runs is None or width is None else (runs, width)


@lru_cache(maxsize=1 << 14)
def find_whole(e: Expr) -> Expr | None:
    """The place that a value is, where its bytes were only taken apart and put together again."""
    signed = find_signed_word(e)
    if signed is not None:
        runs = read_low_bits(*signed)
        match runs:
            case (BitRun(source=source, start=0, width=width, at=0),):
                return source if find_signed_width(source) == width == signed[1] else None
            case _:
                return None
    word = read_word(e)
    match word:
        case ((BitRun(source=source, start=0, width=width, at=0),), _):
            return source if find_width(source) == width else None
        case _:
            return None
