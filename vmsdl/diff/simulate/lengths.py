"""Equal and different lengths: whether two nodes take the same bytes, and what differs for certain.

VMState is positional: a field of the receiver reads the next bytes, whatever they were written
as. Two nodes are in step where both always have the same length. Where their lengths depend on the
state, a path forks into the states in which they are equal and those in which they are not. In the
latter all that follows is displaced; often the totals differ then, whatever the bytes are, and the
end of the section shows it.
"""

from collections import Counter
from dataclasses import replace
from math import gcd

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
from vmsdl.diff.simulate.lists import ElementComparison
from vmsdl.diff.simulate.records import WalkState
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.translate import have_same_number, translate
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import and_, is_true, make_comparison, make_literal
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.schema.sizes import find_element_width
from vmsdl.schema.types import BYTE, Array, Bitmap, Bytes, Opaque, Scalar, Type

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


# All that is still to come ----------------------------------------------------------------------


def is_rest_in_step(state: WalkState) -> bool:
    """All nodes after the next two have the same lengths: only the next two make a difference."""
    sent = [node for node in state.sent[:-1] if not isinstance(node, CheckNode)]
    expected = [node for node in state.expected[:-1] if not isinstance(node, CheckNode)]
    if len(sent) != len(expected):
        return False
    for one, other in zip(sent, expected, strict=True):
        match one, other:
            case (ScalarNode() | ScalarArrayNode()), (ScalarNode() | ScalarArrayNode()):
                if _size_of_scalars(one) != _size_of_scalars(other):
                    return False
            case SubsectionsNode(entries=()), SubsectionsNode():
                continue
            case _:
                return False
        guards = (one.guard, other.guard, one.sender_guard, other.sender_guard)
        if not all(is_true(guard) for guard in guards):
            return False
    return True


def have_different_totals(simulation: Simulation, state: WalkState) -> bool:
    """The two totals differ, whatever the bytes are. Raises Untranslatable.

    Bytes are counted that one side has more than the other; what both have cancels out.
    """
    if any(isinstance(node, MoreElementsNode) for node in state.expected):
        return False  # how many elements are to come is in the bytes
    surplus: Counter[object] = Counter()  # of what depends on the state, by its guard and size
    fixed = 0
    for nodes, sign in ((state.sent, 1), (state.expected, -1)):

        def to_sender(e: Expr, is_sent: bool = sign == 1) -> Expr:
            return e if is_sent else translate(simulation, state, e)

        for node in nodes:
            if isinstance(node, CheckNode):
                continue
            guard = and_(node.sender_guard, to_sender(node.guard))
            size: object
            match node:
                case ScalarNode() | ScalarArrayNode():
                    size = _size_of_scalars(node)
                case PaddingNode(length=length):
                    size = fold_constant(length)
                    if size is None:
                        size = to_sender(length)
                case BlockNode():
                    size = (node.form, tuple(to_sender(each) for each in node.sizes))
                case MoreElementsNode():
                    continue
                case _:
                    names = tuple(entry.description.wire_name for entry in node.entries)
                    if not names or sign == -1:
                        continue
                    size = names
            is_there = simulation.decide(state, guard)
            if is_there is False:
                continue
            if is_there is True and isinstance(size, int):
                fixed += sign * size
            else:
                surplus[(None if is_there else guard, size)] += sign
    if state.padding_left:  # a part of the next padding is skipped already
        padding = state.expected[-1]
        if isinstance(padding, PaddingNode):
            fixed += (fold_constant(padding.length) or 0) - state.padding_left
    fixed += state.received - state.consumed
    signs = {1 if count > 0 else -1 for count in surplus.values() if count}
    if not signs:
        return fixed != 0
    # Where one side has more of everything, it is longer, whatever these lengths are.
    return (signs == {1} and fixed > 0) or (signs == {-1} and fixed < 0)


def have_different_remainders(state: WalkState) -> bool:
    """The two totals differ, however many elements there are of what is repeated.

    All lengths that depend on the state are multiples of one unit, and the fixed lengths differ by
    a number that is not.
    """
    fixed, unit = state.received - state.consumed, 0
    if state.padding_left:
        return False
    for nodes, sign in ((state.sent, 1), (state.expected, -1)):
        for node in nodes:
            size = _find_unit(node)
            if size is None:
                return False
            is_there = is_true(node.guard) and is_true(node.sender_guard)
            if is_there and not isinstance(node, BlockNode):
                fixed += sign * size
            else:
                unit = gcd(unit, size)
    return unit > 1 and fixed % unit != 0


def _find_unit(node: AnyNode) -> int | None:
    """A node takes a multiple of this many bytes; None: any number of bytes."""
    match node:
        case ScalarNode() | ScalarArrayNode():
            return _size_of_scalars(node)
        case PaddingNode(length=length):
            value = fold_constant(length)
            return None if value is None else int(value)
        case BlockNode(type=Array(element=Scalar(row=row), nullable=False, marked=False)):
            return row.size
        case BlockNode(type=Bitmap()):
            return 8
        case CheckNode() | SubsectionsNode(entries=()):
            return 0
        case _:
            return None
