"""Elements of short lists and arrays, followed byte by byte.

Where elements of sender and receiver differ in length, or one side has something else there, some
numbers of elements are followed one after another: the first few, and the first at which both
sides can end together. That can show a refusal or a corruption, and never that there is none.
"""

from collections.abc import Sequence
from dataclasses import replace

from vmsdl.diff.layout.nodes import (
    MOST_ELEMENTS,
    AnyNode,
    BlockNode,
    MoreElementsNode,
    ScalarNode,
)
from vmsdl.diff.simulate.lists import MARKER, find_length
from vmsdl.diff.simulate.outcomes import make_undecided
from vmsdl.diff.simulate.own_checks import collect_own_checks
from vmsdl.diff.simulate.reasons import UnknownReason, make_unknown, make_untranslatable
from vmsdl.diff.simulate.records import (
    Fork,
    Inexpressible,
    LoadOutcome,
    ReadLength,
    UnrolledElements,
    WalkState,
)
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.totals.compare import find_meeting_counts
from vmsdl.diff.simulate.translate import translate
from vmsdl.expr.logic import TRUE, FieldPath, and_, make_comparison, make_literal, not_
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.schema.description import Field
from vmsdl.schema.types import BYTE, Array, Bytes, EnumType, ListType, MapType, Scalar, StructType

_LONGEST = 24  # elements that are followed
_NO_FIELD = Field(name=MARKER, wire_name=MARKER, type=BYTE)


def unroll(
    simulation: Simulation, state: WalkState, sent: AnyNode, expected: AnyNode
) -> Fork | None:
    """One of the two nodes is replaced by its elements, for each number of them; None: neither can
    be."""
    if isinstance(sent, BlockNode) and _can_unroll(state, sent) and not state.consumed:
        return _unroll_sent(simulation, state, sent)
    is_untouched = not (state.pieces or state.padding_left)
    if isinstance(expected, BlockNode) and _can_unroll(state, expected) and is_untouched:
        return _unroll_expected(simulation, state, expected)
    return None


def _can_unroll(state: WalkState, block: BlockNode) -> bool:
    match block.type:
        case Bytes() | Array(element=Scalar() | EnumType(), nullable=False, marked=False):
            return True
        case ListType() | Array(element=StructType(), nullable=False, marked=False):
            # Lists in lists could go on for ever.
            return not any(_is_within(block.key, each.block.key) for each in state.unrolled)
        case _:
            return False


def _is_within(key: FieldPath, outer: FieldPath) -> bool:
    return len(key) > len(outer) and key[: len(outer)] == outer


def _unroll_sent(simulation: Simulation, state: WalkState, block: BlockNode) -> Fork:
    is_list = isinstance(block.type, ListType)
    length = find_length(block)
    forks: list[WalkState] = []
    counts = _find_counts(simulation, state, length)
    for count in counts:
        nodes: list[AnyNode] = []
        for i in range(count):
            nodes += [_make_marker(block, i, 1)] if is_list else []
            nodes += simulation.sender.flatten_element(block, i)
        nodes += [_make_marker(block, count, 0)] if is_list else []
        nodes = [
            replace(node, sender_guard=and_(node.sender_guard, block.sender_guard))
            for node in nodes
        ]
        whole = tuple(simulation.sender.open_subsections(nodes))
        own_checks = collect_own_checks(whole)
        has_count = make_comparison(Operator.EQUAL, length, make_literal(count))
        fork = state.fork(and_(has_count, own_checks.saved))
        fork.own_checks = state.own_checks.joined(own_checks)
        fork.sent[-1:] = nodes[::-1]
        fork.unrolled.append(UnrolledElements(block, True, whole))
        forks.append(fork)
    # The last one is followed first.
    return Fork(tuple(forks[::-1]), _leave_others(simulation, state, block, length, counts))


def _unroll_expected(simulation: Simulation, state: WalkState, block: BlockNode) -> Fork:
    if isinstance(block.type, ListType):
        # The markers in the stream say how many elements there are.
        state.expected[-1:] = [
            MoreElementsNode(key=block.key, block=block, index=0),
            _make_marker(block, 0, 0),
        ]
        state.unrolled.append(UnrolledElements(block, False, ()))
        return Fork((state,))
    length = translate(simulation, state, block.sizes[0])
    forks: list[WalkState] = []
    counts = _find_counts(simulation, state, length)
    for count in counts:
        fork = state.fork(make_comparison(Operator.EQUAL, length, make_literal(count)))
        nodes = [
            node for i in range(count) for node in simulation.receiver.flatten_element(block, i)
        ]
        fork.expected[-1:] = nodes[::-1]
        fork.unrolled.append(
            UnrolledElements(block, False, tuple(simulation.receiver.open_subsections(nodes)))
        )
        forks.append(fork)
    # The last one is followed first.
    return Fork(tuple(forks[::-1]), _leave_others(simulation, state, block, length, counts))


def are_empty_maps(
    simulation: Simulation, state: WalkState, sent: AnyNode, expected: AnyNode
) -> bool:
    """Both are maps, and none has a node: the receiver reads the number that was sent."""
    for node in (sent, expected):
        if not (isinstance(node, BlockNode) and isinstance(node.type, MapType)):
            return False
    assert isinstance(sent, BlockNode)
    is_empty = make_comparison(Operator.EQUAL, find_length(sent), make_literal(0))
    return state.is_between_nodes and simulation.decide(state, is_empty) is True


def _find_counts(simulation: Simulation, state: WalkState, length: Expr) -> list[int]:
    """The numbers of elements that are followed: the first that a path can have, for its condition
    can rule out many, and the first one more at which both sides can end together."""
    found = [0]
    meeting = next(
        (n for n in find_meeting_counts(simulation, state, length, _LONGEST) if n > MOST_ELEMENTS),
        0,
    )
    for count in range(1, _LONGEST + 1):
        if found[-1] >= MOST_ELEMENTS and count != meeting:
            continue
        condition = make_comparison(Operator.EQUAL, length, make_literal(count))
        if not simulation.is_impossible(and_(state.condition, condition)):
            found.append(count)
    return found


def read_more_elements(
    simulation: Simulation, state: WalkState, expected: MoreElementsNode
) -> Fork:
    """The receiver has read a marker: is there another element?"""
    block, i = expected.block, expected.index
    marker = state.values.get((*block.key, i, MARKER))
    if marker is None or isinstance(marker, Inexpressible):
        raise make_untranslatable(UnknownReason.ELEMENT_COUNT_UNKNOWN, block.key)
    is_last = make_comparison(Operator.EQUAL, marker, make_literal(0))
    end, more = state.fork(is_last), state.fork(not_(is_last))
    end.expected.pop()
    end.lengths.append(ReadLength(block, i))
    if i == _LONGEST:
        return Fork((end,), _leave_others(simulation, more, block, make_literal(i + 1), [i]))
    nodes = simulation.receiver.flatten_element(block, i)
    more.expected[-1:] = [
        replace(expected, index=i + 1),
        _make_marker(block, i + 1, 0),
        *nodes[::-1],
    ]
    more.unrolled.append(
        UnrolledElements(block, False, tuple(simulation.receiver.open_subsections(nodes)))
    )
    return Fork((end, more))


def _leave_others(
    simulation: Simulation,
    state: WalkState,
    block: BlockNode,
    length: Expr,
    counts: Sequence[int],
) -> tuple[LoadOutcome, ...]:
    """What happens to other numbers of elements is not known."""
    # The first that is enough; what lies below it is impossible where it is not followed.
    most = next((count for count in counts if count >= MOST_ELEMENTS), counts[-1])
    conditions = [make_comparison(Operator.GREATER, length, make_literal(most))]
    conditions += [
        make_comparison(Operator.NOT_EQUAL, length, make_literal(count))
        for count in counts
        if count > most
    ]
    others = state.fork(and_(*conditions))
    if simulation.is_impossible(others.condition):
        return ()
    unknown = make_unknown(UnknownReason.TOO_MANY_ELEMENTS, most, block.key)
    return (make_undecided(others, unknown),)


def _make_marker(block: BlockNode, index: int, value: int) -> ScalarNode:
    """The byte before an element, or after the last one; the sender writes this value."""
    return ScalarNode(
        key=(*block.key, index, MARKER),
        guard=TRUE,
        expr=make_literal(value),
        type=BYTE,
        scalar=BYTE.name,
        width=1,
        default=0,
        field=_NO_FIELD,
    )
