"""Whether two nodes are the same stretch of bytes, and what becomes of the others."""

from collections import Counter
from dataclasses import replace
from math import gcd
from typing import TYPE_CHECKING

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    MoreElementsNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionsNode,
)
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import and_, is_true, make_comparison, make_literal
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.sizes import find_element_width
from vmsdl.schema.types import BYTE, Array, Bitmap, Bytes, Opaque, Scalar, Type

if TYPE_CHECKING:
    from vmsdl.diff.simulate.records import WalkState


if TYPE_CHECKING:
    from vmsdl.diff.simulate.lists import ListUnroller as Walk


def is_plain(sent: AnyNode, wanted: AnyNode) -> bool:
    """The values that are read are those that were sent."""
    match sent, wanted:
        case ScalarArrayNode(), ScalarArrayNode():
            return sent.scalar == wanted.scalar and sent.type == wanted.type
        case BlockNode(), BlockNode():
            return sent.form == wanted.form
        case _:
            return False


def have_same_length(walk: "Walk", state: "WalkState", sent: AnyNode, wanted: AnyNode) -> bool:
    """Both take the same number of bytes in the same way."""
    match sent, wanted:
        case ScalarNode(), ScalarNode():
            return sent.width == wanted.width
        case ScalarArrayNode(), ScalarNode():
            return sent.count == 1 and sent.width == wanted.width
        case ScalarArrayNode(), ScalarArrayNode():
            return sent.width == wanted.width and sent.count == wanted.count
        case PaddingNode(), PaddingNode():
            return walk.equals(state, sent.length, wanted.length)
        case PaddingNode(), ScalarNode() | ScalarArrayNode():
            return fold_constant(sent.length) == _size(wanted)
        case ScalarNode() | ScalarArrayNode(), PaddingNode():
            return fold_constant(wanted.length) == _size(sent)
        case BlockNode(), BlockNode():
            return _same_form(walk, state, sent, wanted) and all(
                walk.equals(state, one, other)
                for one, other in zip(_counts(sent), _counts(wanted), strict=True)
            )
        case _:
            return False


def _counts(block: BlockNode) -> tuple[Expr, ...]:
    """Its lengths; of a bitmap in words, which are all that is on the wire."""
    bits = fold_constant(block.type.bits) if isinstance(block.type, Bitmap) else None
    return block.sizes if bits is None else (make_literal((bits + 63) // 64),)


def _same_form(walk: "Walk", state: "WalkState", sent: BlockNode, wanted: BlockNode) -> bool:
    """They take the same bytes where their lengths are equal."""
    if len(sent.sizes) != len(wanted.sizes):
        return False
    if sent.form == wanted.form:
        return True
    if isinstance(sent.type, Opaque) and isinstance(wanted.type, Opaque):
        # Another codec: as many bytes, and what they mean is open.
        return (sent.type.length is None) == (wanted.type.length is None)
    width = find_element_width(sent.type)
    if width is not None and width == find_element_width(wanted.type):
        return True
    return walk.inner(state, sent, wanted) is not None


def _size(node: ScalarNode | ScalarArrayNode) -> int:
    return node.width if isinstance(node, ScalarNode) else node.width * node.count


def length_of(node: AnyNode) -> Expr | None:
    """What makes a node take no bytes where it is 0; None: it always takes some, or is no data."""
    match node:
        case ScalarArrayNode(count=count):
            return make_literal(count)
        case PaddingNode(length=length):
            return length
        case BlockNode(type=Bytes() | Bitmap() | Array() | Opaque(), sizes=(size, *_)):
            return size
        case _:
            return None


def find_length_difference(
    walk: "Walk", state: "WalkState", sent: AnyNode, wanted: AnyNode
) -> Expr | None:
    """Of two stretches that differ in length alone: when they do not. None: they differ in more."""
    match sent, wanted:
        case BlockNode(), BlockNode() if _same_form(walk, state, sent, wanted):
            pairs = zip(sent.sizes, wanted.sizes, strict=True)
            return and_(
                *(
                    make_comparison(Operator.EQUAL, one, walk.told(state, other))
                    for one, other in pairs
                )
            )
        case BlockNode(sizes=(size,)), ScalarArrayNode():
            if _element(sent.type) == wanted.type:
                return make_comparison(Operator.EQUAL, size, make_literal(wanted.count))
        case ScalarArrayNode(), BlockNode(sizes=(size,)):
            if _element(wanted.type) == sent.type:
                return make_comparison(
                    Operator.EQUAL, walk.told(state, size), make_literal(sent.count)
                )
        case _:
            pass
    return None


def _element(type_: Type) -> Type | None:
    match type_:
        case Bytes():
            return BYTE
        case Array(element=element, nullable=False, marked=False):
            return element
        case _:
            return None


def to_scalar_array(block: BlockNode, like: ScalarArrayNode) -> ScalarArrayNode:
    """A block of known length."""
    return replace(
        like,
        key=block.key,
        guard=block.guard,
        under=block.under,
        expr=block.expr,
        field=block.field,
        span=block.span,
    )


def lengths_part(walk: "Walk", state: "WalkState") -> bool:
    """Whatever the bytes are, the two totals differ: the end of the section catches it."""
    if any(isinstance(node, MoreElementsNode) for node in state.wanted):
        return False  # how many there are to come is in the bytes
    left: Counter[object] = Counter()
    fixed = 0
    for nodes, sign in ((state.sent, 1), (state.wanted, -1)):
        for node in nodes:
            if isinstance(node, CheckNode):
                continue
            guard = and_(node.under, node.guard if sign == 1 else walk.told(state, node.guard))
            size: object
            match node:
                case ScalarNode() | ScalarArrayNode():
                    size = _size(node)
                case PaddingNode(length=length):
                    size = fold_constant(length)
                    if size is None:
                        size = length if sign == 1 else walk.told(state, length)
                case BlockNode():
                    told = [e if sign == 1 else walk.told(state, e) for e in node.sizes]
                    size = (node.form, tuple(told))
                case MoreElementsNode():
                    continue
                case _:
                    names = tuple(e.description.wire_name for e in node.entries)
                    if not names or sign == -1:
                        continue
                    size = names
            truth = walk.decide(state, guard)
            if truth is False:
                continue
            if truth is True and isinstance(size, int):
                fixed += sign * size
            else:
                left[(None if truth else guard, size)] += sign
    if state.need:  # a part of the gap at hand is skipped already
        gap = state.wanted[-1]
        fixed += (
            (fold_constant(gap.length) or 0) - state.need if isinstance(gap, PaddingNode) else 0
        )
    fixed -= state.off
    fixed += sum(piece.size for piece in state.got)
    signs = {1 if count > 0 else -1 for count in left.values() if count}
    if not signs:
        return fixed != 0
    # All that one side has more of, however long it is, makes it longer.
    return (signs == {1} and fixed > 0) or (signs == {-1} and fixed < 0)


def units_part(walk: "Walk", state: "WalkState") -> bool:
    """However often what is repeated is there, the totals differ: by less than one more of it."""
    fixed, unit = -state.off + sum(piece.size for piece in state.got), 0
    if state.need:
        return False
    for nodes, sign in ((state.sent, 1), (state.wanted, -1)):
        for node in nodes:
            size = _unit(node)
            if size is None:
                return False
            is_there = is_true(node.guard) and is_true(node.under)
            if is_there and not isinstance(node, BlockNode):
                fixed += sign * size
            else:
                unit = gcd(unit, size)
    return unit > 1 and fixed % unit != 0


def _unit(node: AnyNode) -> int | None:
    """Bytes that it takes some number of times; None: any number."""
    match node:
        case ScalarNode() | ScalarArrayNode():
            return _size(node)
        case PaddingNode(length=length):
            value = fold_constant(length)
            return None if value is None else int(value)
        case BlockNode(type=Array(element=Scalar(name=name), nullable=False, marked=False)):
            return SCALARS[name].size
        case BlockNode(type=Bitmap()):
            return 8
        case CheckNode() | SubsectionsNode(entries=()):
            return 0
        case _:
            return None


def is_parallel(walk: "Walk", state: "WalkState") -> bool:
    """Behind the two nodes at hand all is in step, so only these two can make a difference."""
    sent = [node for node in state.sent[:-1] if not isinstance(node, CheckNode)]
    wanted = [node for node in state.wanted[:-1] if not isinstance(node, CheckNode)]
    if len(sent) != len(wanted):
        return False
    for one, other in zip(sent, wanted, strict=True):
        match one, other:
            case (ScalarNode() | ScalarArrayNode()), (ScalarNode() | ScalarArrayNode()):
                if _size(one) != _size(other):
                    return False
            case SubsectionsNode(entries=()), SubsectionsNode():
                continue
            case _:
                return False
        guards = (one.guard, other.guard, one.under, other.under)
        if not all(is_true(guard) for guard in guards):
            return False
    return True
