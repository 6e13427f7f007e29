"""Lists and arrays of structs whose elements differ between sender and receiver.

First one element of the sender is compared with one of the receiver. Where both always take the
same bytes, an effect on an element is an effect on the list, if any element has it.

Else elements are followed byte by byte (`unroll.py`).

A list (`VMSTATE_QLIST_V`, `VMSTATE_QTAILQ_V`) has one byte before each element, a marker: 1 where
an element follows, and 0 at the end. An array has its number of elements from a field.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    PlacedBody,
)
from vmsdl.diff.simulate.own_checks import OwnChecks, collect_own_checks
from vmsdl.diff.simulate.reasons import (
    EffectReason,
)
from vmsdl.diff.simulate.records import (
    Effect,
    JudgedOutcome,
    LoadEnding,
    LoadOutcome,
    WalkState,
)
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.expr.logic import (
    FieldPath,
    and_,
    collect_operands,
    exists,
    make_comparison,
    make_literal,
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
from vmsdl.schema.types import Array, Bytes, ListType, MapType, StructType

# Follows both sides from a state on, and yields every way in which the load can end.
FollowPaths: TypeAlias = Callable[[WalkState], Iterator[LoadOutcome]]
# From all nodes of an element, the sender's and the receiver's, to what judges its outcomes.
JudgeElement: TypeAlias = Callable[
    [list[AnyNode], list[AnyNode]], Callable[[LoadOutcome], JudgedOutcome]
]

ELEMENT = "e"  # the variable for any element, in conditions on lists
MARKER = "(marker)"  # a name that no field of a schema has
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
            own_checks = collect_own_checks(self.simulation.sender.flatten_all(body))
            effects = self._follow_element(state, body, target, own_checks)
            if effects is None:
                return None
            known = and_(state.condition, own_checks.saved)
            found += tuple(
                replace(effect, condition=_hold_for_any(effect.condition, known, sent))
                for effect in effects
            )
        if found and not isinstance(sent.type, ListType | Array):
            return None
        return found

    def _follow_element(
        self, state: WalkState, body: PlacedBody, target: PlacedBody, own_checks: OwnChecks
    ) -> tuple[Effect, ...] | None:
        sender, receiver = self.simulation.sender, self.simulation.receiver
        start = WalkState(
            sent=sender.flatten(body)[::-1],
            expected=receiver.flatten(target)[::-1],
            values=dict(state.values),
            counterpart_values=dict(state.counterpart_values),
            condition=and_(state.condition, own_checks.saved),
            own_checks=own_checks,
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


def _hold_for_any(condition: Expr, known: Expr, block: BlockNode) -> Expr:
    """A condition on the variable `ELEMENT` as one on the list: any element satisfies it.

    `known` holds of every element.
    """
    left_out = set(collect_operands(known, Operator.AND))
    parts = [part for part in collect_operands(condition, Operator.AND) if part not in left_out]
    inside = [part for part in parts if _reads_element(part)]
    outside = [part for part in parts if not _reads_element(part)]
    if not inside:
        is_not_empty = make_comparison(Operator.NOT_EQUAL, find_length(block), make_literal(0))
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


def find_length(block: BlockNode) -> Expr:
    if isinstance(block.type, Array | Bytes):
        return block.sizes[0]
    return Call(type=INTEGER, function=Function.LEN, arguments=(block.expr,))


def is_marker(key: FieldPath) -> bool:
    """A node with this key is the marker of a list's element."""
    return bool(key) and key[-1] == MARKER
