"""What the receiver reads into a node: as a whole, where both are in step, or byte by byte.

Nothing on the wire says what a byte means. Where the two sides are not in step, bytes of one value
are read as parts of others (`reinterpret.py`). Padding of the receiver skips whatever was sent;
padding of the sender is read as zeros (`vmstate_info_unused_buffer` in QEMU's
`migration/vmstate-types.c`).
"""

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
    ValueNode,
    unroll_array,
)
from vmsdl.diff.simulate.lengths import have_same_values
from vmsdl.diff.simulate.lists import ElementComparison, is_marker
from vmsdl.diff.simulate.outcomes import find_size, make_undecided
from vmsdl.diff.simulate.reasons import UnknownReason, make_unknown
from vmsdl.diff.simulate.records import (
    UNKNOWN_BYTES,
    ZEROS,
    Advance,
    Content,
    Effect,
    PathEnd,
    ReadNode,
    WalkState,
    WalkStep,
)
from vmsdl.diff.simulate.reinterpret import ByteSlice, NotAnInteger, read_value
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.translate import find_sent_condition
from vmsdl.expr.logic import TRUE, if_then_else, is_false, is_true, make_literal
from vmsdl.expr.nodes import Expr

# In step ----------------------------------------------------------------------------------------


def read_in_step(
    simulation: Simulation,
    elements: ElementComparison,
    state: WalkState,
    sent: AnyNode,
    expected: AnyNode,
) -> Advance:
    """Both nodes are the same bytes and are there in the same states: one is read as the other."""
    guard = find_sent_condition(sent)
    offset = state.offset
    # The offset is worth a question. It is lost after the first node that may be absent.
    if offset is not None:
        is_there = simulation.decide(state, guard)
        guard = guard if is_there is None else make_literal(is_there)
    state.sent.pop()
    if isinstance(sent, ValueNode) and isinstance(expected, ValueNode):
        is_counterpart = simulation.pairing.counterpart(expected.key) == sent.key
        if is_counterpart and have_same_values(sent, expected):
            state.counterpart_values[expected.key] = sent.expr
    if is_false(guard):
        state.expected.pop()
        set_absent(state, expected)
        return Advance(state)
    match expected:
        case ScalarNode():
            leaf = sent if isinstance(sent, ScalarNode) else None
            if isinstance(sent, ScalarArrayNode):
                leaf = unroll_array(sent)[0]
            state.pieces = (ByteSlice(leaf, 0, expected.width),)
            state.offset = None if offset is None else offset + expected.width
            _store_scalar(state, expected, guard)
        case ScalarArrayNode() | BlockNode():
            state.expected.pop()
            _store_array(elements, state, sent, expected, guard, offset)
        case _:
            state.expected.pop()
            if isinstance(sent, ValueNode):
                state.skipped.append((guard, sent))
    size = find_size(sent)
    is_fixed = offset is not None and size is not None and is_true(guard)
    state.offset = offset + size if is_fixed else None  # type: ignore[operator]
    return Advance(state)


def _store_array(
    elements: ElementComparison,
    state: WalkState,
    sent: AnyNode,
    expected: ScalarArrayNode | BlockNode,
    guard: Expr,
    offset: int | None,
) -> None:
    content: Content = UNKNOWN_BYTES
    is_same = False
    if isinstance(sent, PaddingNode):
        content = ZEROS
    elif isinstance(sent, ScalarArrayNode | BlockNode):
        is_same = have_same_values(sent, expected)
        content = sent.expr if is_same and is_true(guard) else UNKNOWN_BYTES
    state.values[expected.key] = content
    effects: tuple[Effect, ...] | None = None
    if isinstance(sent, BlockNode) and isinstance(expected, BlockNode) and not is_same:
        effects = elements.find_effects(state, sent, expected)
    state.reads.append(ReadNode(expected, guard, None, sent, (), offset, effects))


# Byte by byte -----------------------------------------------------------------------------------


def read_bytes(
    simulation: Simulation, state: WalkState, sent: AnyNode, expected: AnyNode
) -> WalkStep:
    """As many bytes as both nodes have are read; both have a known length."""
    for stack, node in ((state.sent, sent), (state.expected, expected)):
        if isinstance(node, ScalarArrayNode):
            if node.width * node.count > simulation.limits.bytes:
                unknown = make_unknown(UnknownReason.TOO_LARGE, node.key)
                return PathEnd((make_undecided(state, unknown),))
            stack.pop()
            stack.extend(reversed(unroll_array(node)))
            return Advance(state)
    available = _known_size(sent) - state.consumed
    if isinstance(expected, PaddingNode):
        left = state.padding_left or _known_size(expected)
        size = min(available, left)
        if isinstance(sent, ScalarNode) and size:
            state.skipped.append((find_sent_condition(sent), sent))
        state.padding_left = left - size
        if left == size:
            state.expected.pop()
        _consume(state, sent, size)
        return Advance(state)
    assert isinstance(expected, ScalarNode)
    received = state.received
    size = min(available, expected.width - received)
    if size:
        leaf = sent if isinstance(sent, ScalarNode) else None
        state.pieces += (ByteSlice(leaf, state.consumed, size),)
    _consume(state, sent, size)
    if received + size == expected.width:
        _store_scalar(state, expected, TRUE)
    return Advance(state)


def _consume(state: WalkState, sent: AnyNode, size: int) -> None:
    """The receiver has read that many bytes of the sender's next node."""
    state.consumed += size
    if state.offset is not None:
        state.offset += size
    if state.consumed >= _known_size(sent):
        state.sent.pop()
        state.consumed = 0


def _known_size(node: AnyNode) -> int:
    size = find_size(node)
    assert size is not None
    return size


# What a place holds then ------------------------------------------------------------------------


def _store_scalar(state: WalkState, expected: ScalarNode, guard: Expr) -> None:
    """The receiver's next node has all its bytes, where the guard holds; else its default."""
    pieces = state.pieces
    state.pieces = ()
    state.expected.pop()
    value: Expr | None
    try:
        value = read_value(pieces, expected.scalar)
    except NotAnInteger:
        value = None
    first = pieces[0]
    is_whole = len(pieces) == 1 and (first.leaf is None or first.size == first.leaf.width)
    source = first.leaf if is_whole else None
    offset = None if state.offset is None else state.offset - expected.width
    if not is_marker(expected.key):
        state.reads.append(ReadNode(expected, guard, value, source, pieces, offset))
    default = make_literal(expected.default)
    state.values[expected.key] = (
        UNKNOWN_BYTES if value is None else if_then_else(guard, value, default)
    )


def set_absent(state: WalkState, expected: AnyNode) -> None:
    """The receiver does not read this node: it holds what it holds after reset."""
    match expected:
        case ScalarNode(default=default):
            state.values[expected.key] = make_literal(default)
        case ScalarArrayNode() | BlockNode():
            state.values[expected.key] = ZEROS
        case _:
            pass
