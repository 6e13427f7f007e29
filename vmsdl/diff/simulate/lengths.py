"""Equal and different lengths: whether two nodes take the same bytes.

VMState is positional: a field of the receiver reads the next bytes, whatever they were written
as. Two nodes are in step where both always have the same length. Where their lengths depend on the
state, a path forks into the states in which they are equal and those in which they are not. In the
latter all that follows is displaced; `totals/` says whether the end of the section shows it.
"""

from dataclasses import replace

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
)
from vmsdl.diff.simulate.lists import ElementComparison
from vmsdl.diff.simulate.records import WalkState
from vmsdl.diff.simulate.translate import have_same_number, translate
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import and_, make_comparison, make_literal
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.schema.sizes import find_element_width
from vmsdl.schema.types import BYTE, Array, Bitmap, Bytes, Opaque, Type

# One node and another ---------------------------------------------------------------------------


def have_same_values(sent: AnyNode, expected: AnyNode) -> bool:
    """What is read is what was sent: both nodes encode values in the same way."""
    match sent, expected:
        case ScalarNode(), ScalarNode():
            return sent.scalar == expected.scalar
        case ScalarArrayNode(), ScalarArrayNode():
            return sent.scalar == expected.scalar and sent.type == expected.type
        case BlockNode(), BlockNode():
            return sent.form == expected.form
        case _:
            return False


def have_same_length(
    elements: ElementComparison, state: WalkState, sent: AnyNode, expected: AnyNode
) -> bool:
    """Both take the same number of bytes in the same way, on this path."""
    match sent, expected:
        case ScalarNode(), ScalarNode():
            return sent.width == expected.width
        case ScalarArrayNode(), ScalarNode():
            return sent.count == 1 and sent.width == expected.width
        case ScalarArrayNode(), ScalarArrayNode():
            return sent.width == expected.width and sent.count == expected.count
        case PaddingNode(), PaddingNode():
            return have_same_number(elements.simulation, state, sent.length, expected.length)
        case PaddingNode(), ScalarNode() | ScalarArrayNode():
            return fold_constant(sent.length) == _size_of_scalars(expected)
        case ScalarNode() | ScalarArrayNode(), PaddingNode():
            return fold_constant(expected.length) == _size_of_scalars(sent)
        case BlockNode(), BlockNode():
            return _have_same_form(elements, state, sent, expected) and all(
                have_same_number(elements.simulation, state, one, other)
                for one, other in zip(
                    _find_wire_sizes(sent), _find_wire_sizes(expected), strict=True
                )
            )
        case _:
            return False


def _find_wire_sizes(block: BlockNode) -> tuple[Expr, ...]:
    """The lengths of a block; of a bitmap in words, which are all that is on the wire."""
    bits = fold_constant(block.type.bits) if isinstance(block.type, Bitmap) else None
    return block.sizes if bits is None else (make_literal((bits + 63) // 64),)


def _have_same_form(
    elements: ElementComparison, state: WalkState, sent: BlockNode, expected: BlockNode
) -> bool:
    """Both take the same bytes where their lengths are equal."""
    if len(sent.sizes) != len(expected.sizes):
        return False
    if sent.form == expected.form:
        return True
    if isinstance(sent.type, Opaque) and isinstance(expected.type, Opaque):
        # Another codec: it takes as many bytes, and what they mean is not known.
        return (sent.type.length is None) == (expected.type.length is None)
    width = find_element_width(sent.type)
    if width is not None and width == find_element_width(expected.type):
        return True
    return elements.find_effects(state, sent, expected) is not None


def _size_of_scalars(node: ScalarNode | ScalarArrayNode) -> int:
    return node.width if isinstance(node, ScalarNode) else node.width * node.count


def find_count(node: AnyNode) -> Expr | None:
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


def find_equal_length_condition(
    elements: ElementComparison, state: WalkState, sent: AnyNode, expected: AnyNode
) -> Expr | None:
    """When two nodes that differ in length alone are equally long; None: they differ in more."""
    simulation = elements.simulation
    match sent, expected:
        case BlockNode(), BlockNode() if _have_same_form(elements, state, sent, expected):
            pairs = zip(sent.sizes, expected.sizes, strict=True)
            return and_(
                *(
                    make_comparison(Operator.EQUAL, one, translate(simulation, state, other))
                    for one, other in pairs
                )
            )
        case BlockNode(sizes=(size,)), ScalarArrayNode():
            if _find_element(sent.type) == expected.type:
                return make_comparison(Operator.EQUAL, size, make_literal(expected.count))
        case ScalarArrayNode(), BlockNode(sizes=(size,)):
            if _find_element(expected.type) == sent.type:
                translated = translate(simulation, state, size)
                return make_comparison(Operator.EQUAL, translated, make_literal(sent.count))
        case _:
            pass
    return None


def _find_element(type_: Type) -> Type | None:
    match type_:
        case Bytes():
            return BYTE
        case Array(element=element, nullable=False, marked=False):
            return element
        case _:
            return None


def to_scalar_array(block: BlockNode, like: ScalarArrayNode) -> ScalarArrayNode:
    """A block as an array of scalars, where it has as many of them as another one."""
    return replace(
        like,
        key=block.key,
        guard=block.guard,
        sender_guard=block.sender_guard,
        expr=block.expr,
        field=block.field,
        span=block.span,
    )
