"""Values as bytes and back: what a receiver reads where a sender wrote something else."""

from vmsdl.diff.layout.nodes import Leaf
from vmsdl.expr.logic import arithmetic, as_integer, both, choice, compare, number
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.records import dataclass
from vmsdl.schema.scalars import SCALARS


@dataclass(frozen=True, slots=True)
class Piece:
    """`size` bytes of a value from its byte `start` on; `leaf` None: zeros, or `constant`."""

    leaf: Leaf | None
    start: int
    size: int


class NoValue(Exception):
    """Bytes that no expression says, such as those of a float."""


def is_signed(scalar: str) -> bool:
    return SCALARS[scalar].code.islower() and scalar not in ("bool", "f64")


def read(pieces: tuple[Piece, ...], scalar: str) -> Expr:
    """The value that a receiver makes of these bytes."""
    width = SCALARS[scalar].size
    first = pieces[0]
    if len(pieces) == 1 and first.leaf is not None and first.size == first.leaf.width:
        if first.leaf.scalar == scalar:
            return first.leaf.expr
        if "f64" in (scalar, first.leaf.scalar):
            raise NoValue
        if is_signed(scalar) and is_signed(first.leaf.scalar):
            return first.leaf.expr
    if scalar == "f64":
        raise NoValue
    whole = number(0)
    left = width
    for piece in pieces:
        left -= piece.size
        part = _shift(_bits(piece), left)
        whole = part if whole == number(0) else _or(whole, part)
    if scalar == "bool":
        return compare(Operator.NOT_EQUAL, whole, number(0))
    if is_signed(scalar):
        top = 1 << 8 * width - 1
        is_negative = compare(Operator.GREATER_EQUAL, whole, number(top))
        return choice(is_negative, arithmetic(Operator.SUBTRACT, whole, number(2 * top)), whole)
    return whole


def resigned(sent: Leaf, wanted: Leaf) -> Expr:
    """When a number read with a sign, or without one, is neither itself nor what it stands for
    after reset."""
    top = 1 << 8 * wanted.width - 1
    held = int(wanted.default)
    if is_signed(sent.scalar):
        is_other = compare(Operator.LESS, sent.expr, number(0))
        same = held - 2 * top if held >= top else None
    else:
        is_other = compare(Operator.GREATER_EQUAL, sent.expr, number(top))
        same = held + 2 * top if held < 0 else None
    if same is None:
        return is_other
    return both(is_other, compare(Operator.NOT_EQUAL, sent.expr, number(same)))


def _bits(piece: Piece) -> Expr:
    if piece.leaf is None:
        return number(0)
    leaf = piece.leaf
    if leaf.scalar == "f64":
        raise NoValue
    value = as_integer(leaf.expr)
    if is_signed(leaf.scalar):
        wrap = arithmetic(Operator.ADD, value, number(1 << 8 * leaf.width))
        value = choice(compare(Operator.LESS, value, number(0)), wrap, value)
    behind = leaf.width - piece.start - piece.size
    if behind:
        value = arithmetic(Operator.SHIFT_RIGHT, value, number(8 * behind))
    if piece.start:
        value = arithmetic(Operator.AND_BITS, value, number((1 << 8 * piece.size) - 1))
    return value


def _shift(value: Expr, left: int) -> Expr:
    if not left or value == number(0):
        return value
    return arithmetic(Operator.SHIFT_LEFT, value, number(8 * left))


def _or(one: Expr, other: Expr) -> Expr:
    return one if other == number(0) else arithmetic(Operator.OR_BITS, one, other)
