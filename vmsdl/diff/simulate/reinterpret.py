"""Values as bytes and back: what the receiver reads where the sender wrote something else.

Numbers are big-endian on the wire (`qemu_put_be32` and its siblings in QEMU).
"""

from vmsdl.diff.layout.nodes import ScalarNode
from vmsdl.expr.logic import (
    and_,
    if_then_else,
    make_arithmetic,
    make_comparison,
    make_literal,
    to_integer,
)
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.records import dataclass
from vmsdl.schema.scalars import SCALARS


@dataclass(frozen=True, slots=True)
class ByteSlice:
    """`size` bytes of a value from its byte `start` on; `leaf` None: zeros."""

    leaf: ScalarNode | None
    start: int
    size: int


class NotAnInteger(Exception):
    """Bytes that no expression says, such as those of a float."""


def read_value(pieces: tuple[ByteSlice, ...], scalar: str) -> Expr:
    """The value that a receiver makes of these bytes."""
    row = SCALARS[scalar]
    width = row.size
    first = pieces[0]
    if len(pieces) == 1 and first.leaf is not None and first.size == first.leaf.width:
        if first.leaf.scalar == scalar:
            return first.leaf.expr
        if row.is_float or SCALARS[first.leaf.scalar].is_float:
            raise NotAnInteger
        if row.is_signed and SCALARS[first.leaf.scalar].is_signed:
            return first.leaf.expr
    if row.is_float:
        raise NotAnInteger
    whole = make_literal(0)
    left = width
    for piece in pieces:
        left -= piece.size
        part = _shift(_bits(piece), left)
        whole = part if whole == make_literal(0) else _or(whole, part)
    if row.is_bool:
        return make_comparison(Operator.NOT_EQUAL, whole, make_literal(0))
    if row.is_signed:
        top = 1 << 8 * width - 1
        is_negative = make_comparison(Operator.GREATER_EQUAL, whole, make_literal(top))
        return if_then_else(
            is_negative, make_arithmetic(Operator.SUBTRACT, whole, make_literal(2 * top)), whole
        )
    return whole


def find_resigned(sent: ScalarNode, expected: ScalarNode) -> Expr:
    """When a number read with a sign, or without one, is neither itself nor what it stands for
    after reset."""
    top = 1 << 8 * expected.width - 1
    default = int(expected.default)
    if SCALARS[sent.scalar].is_signed:
        is_other = make_comparison(Operator.LESS, sent.expr, make_literal(0))
        same = default - 2 * top if default >= top else None
    else:
        is_other = make_comparison(Operator.GREATER_EQUAL, sent.expr, make_literal(top))
        same = default + 2 * top if default < 0 else None
    if same is None:
        return is_other
    return and_(is_other, make_comparison(Operator.NOT_EQUAL, sent.expr, make_literal(same)))


def _bits(piece: ByteSlice) -> Expr:
    if piece.leaf is None:
        return make_literal(0)
    leaf = piece.leaf
    row = SCALARS[leaf.scalar]
    if row.is_float:
        raise NotAnInteger
    value = to_integer(leaf.expr)
    if row.is_signed and piece.size == leaf.width:
        wrap = make_arithmetic(Operator.ADD, value, make_literal(1 << 8 * leaf.width))
        return if_then_else(make_comparison(Operator.LESS, value, make_literal(0)), wrap, value)
    behind = leaf.width - piece.start - piece.size
    if behind:
        value = make_arithmetic(Operator.SHIFT_RIGHT, value, make_literal(8 * behind))
    # Of a negative number the bits are those of its two's complement, without end.
    if piece.start or row.is_signed:
        value = make_arithmetic(Operator.AND_BITS, value, make_literal((1 << 8 * piece.size) - 1))
    return value


def _shift(value: Expr, left: int) -> Expr:
    if not left or value == make_literal(0):
        return value
    return make_arithmetic(Operator.SHIFT_LEFT, value, make_literal(8 * left))


def _or(one: Expr, other: Expr) -> Expr:
    return one if other == make_literal(0) else make_arithmetic(Operator.OR_BITS, one, other)
