"""Lists and arrays of structs whose elements differ between sender and receiver.

First one element of the sender is compared with one of the receiver. Where both always take the
same bytes, an effect on an element is an effect on the list, if any element has it.

Else the elements of short lists are followed byte by byte. That can show a refusal or a corruption,
and never that there is none.

A list (`VMSTATE_QLIST_V`, `VMSTATE_QTAILQ_V`) has one byte before each element, a marker: 1 where
an element follows, and 0 at the end. An array has its number of elements from a field.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from vmsdl.diff.layout.nodes import (
    MOST_ELEMENTS,
    AnyNode,
    BlockNode,
    MoreElementsNode,
    PlacedBody,
    ScalarNode,
)
from vmsdl.diff.simulate.outcomes import make_undecided
from vmsdl.diff.simulate.reasons import (
    EffectReason,
    UnknownReason,
    make_unknown,
    make_untranslatable,
)
from vmsdl.diff.simulate.records import (
    Effect,
    Fork,
    Inexpressible,
    JudgedOutcome,
    LoadEnding,
    LoadOutcome,
    UnrolledElements,
    WalkState,
)
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.translate import translate
from vmsdl.expr.logic import (
    TRUE,
    FieldPath,
    and_,
    collect_operands,
    exists,
    make_comparison,
    make_literal,
    not_,
)
from vmsdl.expr.nodes import (
    INTEGER,
    Call,
    Expr,
    Function,
    Item,
    Operator,
    StructValue,
    Variable,
    children,
)
from vmsdl.schema.description import Field
from vmsdl.schema.types import BYTE, Array, EnumType, ListType, MapType, Scalar, StructType

# Follows both sides from a state on, and yields every way in which the load can end.
FollowPaths: TypeAlias = Callable[[WalkState], Iterator[LoadOutcome]]
# From all nodes of an element, the sender's and the receiver's, to what judges its outcomes.
JudgeElement: TypeAlias = Callable[
    [list[AnyNode], list[AnyNode]], Callable[[LoadOutcome], JudgedOutcome]
]

_LONGEST = 24  # elements of a list or array whose elements are followed byte by byte
ELEMENT = "e"  # the variable for any element, in conditions on lists
_MARKER = "(marker)"  # a name that no field of a schema has
_NO_FIELD = Field(name=_MARKER, wire_name=_MARKER, type=BYTE)
# Refusals that do not depend on what follows the element.
_CERTAIN = frozenset(
    {
        EffectReason.UNKNOWN_SUBSECTION,
        EffectReason.VERSION_TOO_NEW,
        EffectReason.VERSION_TOO_OLD,
        EffectReason.CHECK_FAILED,
        EffectReason.BAD_ENUM,
    }
)


# One element for all ----------------------------------------------------------------------------


class ElementComparison:
    """Compares one element of the sender with one of the receiver; answers are remembered.

    `follow` is the walk itself: elements are followed by it as the top body is.
    """

    def __init__(
        self, simulation: Simulation, follow: FollowPaths, judge_element: JudgeElement
    ) -> None:
        self.simulation = simulation
        self._follow = follow
        self._judge_element = judge_element
        self._effects: dict[tuple[FieldPath, FieldPath], tuple[Effect, ...] | None] = {}
        # Pairs of structs that are compared at the moment, and those of them that hold themselves.
        self._in_progress: set[tuple[tuple[str, str], ...]] = set()
        self._recursive: set[tuple[tuple[str, str], ...]] = set()

    def find_effects(
        self, state: WalkState, sent: BlockNode, expected: BlockNode
    ) -> tuple[Effect, ...] | None:
        """What happens to any element; None: the two do not always take the same bytes."""
        structs = _pair_structs(sent, expected)
        if structs is None:
            return None
        names = tuple((one.name, other.name) for one, other in structs)
        if names in self._in_progress:
            # A struct that holds lists of itself: these agree if, all else being equal, it does.
            self._recursive.add(names)
            return ()
        key = (sent.key, expected.key)
        if key not in self._effects:
            self._in_progress.add(names)
            effects = self._find_effects(state, sent, expected, structs)
            self._in_progress.remove(names)
            # No condition can say what happens to an element at any depth.
            is_deep = bool(effects) and names in self._recursive
            self._effects[key] = None if is_deep else effects
        return self._effects[key]

    def _find_effects(
        self,
        state: WalkState,
        sent: BlockNode,
        expected: BlockNode,
        structs: list[tuple[StructType, StructType]],
    ) -> tuple[Effect, ...] | None:
        found: tuple[Effect, ...] = ()
        for one, other in structs:
            any_element = Variable(type=StructValue(one.name), name=ELEMENT)
            body = self.simulation.sender.place_element(sent, one, any_element, 0)
            target = self.simulation.receiver.place_element(
                expected, other, _make_first_element(expected, other), 0
            )
            effects = self._follow_element(state, body, target)
            if effects is None:
                return None
            found += tuple(
                replace(effect, condition=_hold_for_any(effect.condition, state, sent))
                for effect in effects
            )
        if found and not isinstance(sent.type, ListType | Array):
            return None
        return found

    def _follow_element(
        self, state: WalkState, body: PlacedBody, target: PlacedBody
    ) -> tuple[Effect, ...] | None:
        sender, receiver = self.simulation.sender, self.simulation.receiver
        start = WalkState(
            sent=sender.flatten(body)[::-1],
            expected=receiver.flatten(target)[::-1],
            values=dict(state.values),
            counterpart_values=dict(state.counterpart_values),
            condition=state.condition,
        )
        judge = self._judge_element(sender.flatten_all(body), receiver.flatten_all(target))
        found: tuple[Effect, ...] = ()
        for outcome in self._follow(start):
            if self.simulation.is_impossible(outcome.condition):
                continue
            is_certain = outcome.ending is LoadEnding.REFUSED and outcome.reason in _CERTAIN
            if outcome.ending is not LoadEnding.ACCEPTED and not is_certain:
                return None
            effects = judge(outcome).effects
            found += tuple(
                effect for effect in effects if not self.simulation.is_impossible(effect.condition)
            )
        return found


def _pair_structs(
    sent: BlockNode, expected: BlockNode
) -> list[tuple[StructType, StructType]] | None:
    """The structs that elements of both consist of; None: the two have different forms."""
    match sent.type, expected.type:
        case ListType(element=one), ListType(element=other):
            return [(one, other)]
        case (
            Array(element=StructType() as one, nullable=n, marked=m),
            Array(element=StructType() as other, nullable=k, marked=j),
        ) if (n, m) == (k, j):
            return [(one, other)]
        case MapType(key=key, value=one), MapType(key=other_key, value=other):
            if key is None or other_key is None:
                return [(one, other)] if key is other_key else None
            return [(key, other_key), (one, other)]
        case _:
            return None


def _make_first_element(block: BlockNode, struct: StructType) -> Expr:
    # By its number, and not as a variable: places of the receiver are found by their paths.
    return Item(type=StructValue(struct.name), value=block.expr, index=make_literal(0))


def _hold_for_any(condition: Expr, state: WalkState, block: BlockNode) -> Expr:
    """A condition on the variable `ELEMENT` as one on the list: any element satisfies it."""
    known = set(collect_operands(state.condition, Operator.AND))
    parts = [part for part in collect_operands(condition, Operator.AND) if part not in known]
    inside = [part for part in parts if _reads_element(part)]
    outside = [part for part in parts if not _reads_element(part)]
    if not inside:
        is_not_empty = make_comparison(Operator.NOT_EQUAL, _find_length(block), make_literal(0))
        return and_(*outside, is_not_empty)
    return and_(*outside, exists(block.expr, ELEMENT, and_(*inside)))


def _reads_element(e: Expr) -> bool:
    stack = [e]
    while stack:
        part = stack.pop()
        if isinstance(part, Variable) and part.name == ELEMENT:
            return True
        stack += children(part)
    return False


# Elements of short lists, byte by byte ----------------------------------------------------------


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
    if any(_is_within(block.key, each.key) for each in state.unrolled):
        return False  # lists in lists could go on for ever
    match block.type:
        case ListType():
            return True
        case Array(element=StructType() | Scalar() | EnumType(), nullable=False, marked=False):
            return True
        case _:
            return False


def _is_within(key: FieldPath, outer: FieldPath) -> bool:
    return len(key) > len(outer) and key[: len(outer)] == outer


def _unroll_sent(simulation: Simulation, state: WalkState, block: BlockNode) -> Fork:
    is_list = isinstance(block.type, ListType)
    length = _find_length(block)
    forks: list[WalkState] = []
    counts = _find_counts(simulation, state, length)
    for count in counts:
        fork = state.fork(make_comparison(Operator.EQUAL, length, make_literal(count)))
        nodes: list[AnyNode] = []
        for i in range(count):
            nodes += [_make_marker(block, i, 1)] if is_list else []
            nodes += simulation.sender.flatten_element(block, i)
        nodes += [_make_marker(block, count, 0)] if is_list else []
        nodes = [
            replace(node, sender_guard=and_(node.sender_guard, block.sender_guard))
            for node in nodes
        ]
        fork.sent[-1:] = nodes[::-1]
        fork.unrolled.append(UnrolledElements(block.key, True, tuple(nodes)))
        forks.append(fork)
    # The last one is followed first.
    return Fork(tuple(forks[::-1]), _leave_longer(simulation, state, block, length, counts[-1]))


def _unroll_expected(simulation: Simulation, state: WalkState, block: BlockNode) -> Fork:
    if isinstance(block.type, ListType):
        # The markers in the stream say how many elements there are.
        state.expected[-1:] = [
            MoreElementsNode(key=block.key, block=block, index=0),
            _make_marker(block, 0, 0),
        ]
        state.unrolled.append(UnrolledElements(block.key, False, ()))
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
        fork.unrolled.append(UnrolledElements(block.key, False, tuple(nodes)))
        forks.append(fork)
    # The last one is followed first.
    return Fork(tuple(forks[::-1]), _leave_longer(simulation, state, block, length, counts[-1]))


def are_empty_maps(
    simulation: Simulation, state: WalkState, sent: AnyNode, expected: AnyNode
) -> bool:
    """Both are maps, and none has a node: the receiver reads the number that was sent."""
    for node in (sent, expected):
        if not (isinstance(node, BlockNode) and isinstance(node.type, MapType)):
            return False
    assert isinstance(sent, BlockNode)
    is_empty = make_comparison(Operator.EQUAL, _find_length(sent), make_literal(0))
    return state.is_between_nodes and simulation.decide(state, is_empty) is True


def _find_counts(simulation: Simulation, state: WalkState, length: Expr) -> list[int]:
    """The first numbers of elements that a path can have: its condition can rule out many."""
    found = [0]
    for count in range(1, _LONGEST + 1):
        condition = make_comparison(Operator.EQUAL, length, make_literal(count))
        if not simulation.is_impossible(and_(state.condition, condition)):
            found.append(count)
            if count >= MOST_ELEMENTS:
                break
    return found


def read_more_elements(
    simulation: Simulation, state: WalkState, expected: MoreElementsNode
) -> Fork:
    """The receiver has read a marker: is there another element?"""
    block, i = expected.block, expected.index
    marker = state.values.get((*block.key, i, _MARKER))
    if marker is None or isinstance(marker, Inexpressible):
        raise make_untranslatable(UnknownReason.ELEMENT_COUNT_UNKNOWN, block.key)
    is_last = make_comparison(Operator.EQUAL, marker, make_literal(0))
    end, more = state.fork(is_last), state.fork(not_(is_last))
    end.expected.pop()
    if i == _LONGEST:
        return Fork((end,), _leave_longer(simulation, more, block, make_literal(i + 1), i))
    nodes = simulation.receiver.flatten_element(block, i)
    more.expected[-1:] = [
        replace(expected, index=i + 1),
        _make_marker(block, i + 1, 0),
        *nodes[::-1],
    ]
    more.unrolled.append(UnrolledElements(block.key, False, tuple(nodes)))
    return Fork((end, more))


def _leave_longer(
    simulation: Simulation, state: WalkState, block: BlockNode, length: Expr, most: int
) -> tuple[LoadOutcome, ...]:
    """What happens to longer lists is not known."""
    longer = state.fork(make_comparison(Operator.GREATER, length, make_literal(most)))
    if simulation.is_impossible(longer.condition):
        return ()
    unknown = make_unknown(UnknownReason.TOO_MANY_ELEMENTS, most, block.key)
    return (make_undecided(longer, unknown),)


def _find_length(block: BlockNode) -> Expr:
    if isinstance(block.type, Array):
        return block.sizes[0]
    return Call(type=INTEGER, function=Function.LEN, arguments=(block.expr,))


def _make_marker(block: BlockNode, index: int, value: int) -> ScalarNode:
    """The byte before an element, or after the last one; the sender writes this value."""
    return ScalarNode(
        key=(*block.key, index, _MARKER),
        guard=TRUE,
        expr=make_literal(value),
        type=BYTE,
        scalar=BYTE.name,
        width=1,
        default=0,
        field=_NO_FIELD,
    )


def is_marker(key: FieldPath) -> bool:
    """A node with this key is the marker of a list's element."""
    return bool(key) and key[-1] == _MARKER
