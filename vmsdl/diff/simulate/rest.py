"""`opaque` without a length: the rest of a section, however long it is.

A receiver's rest is empty where nothing is left. A sender whose rest the receiver does not know
sends nothing more where the rest is empty.
"""

from vmsdl.diff.layout.nodes import AnyNode, BlockNode
from vmsdl.diff.simulate.reading import set_absent
from vmsdl.diff.simulate.records import Advance, Fork, WalkState, WalkStep
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.expr.logic import make_comparison, make_literal, not_
from vmsdl.expr.nodes import INTEGER, Call, Function, Operator
from vmsdl.schema.types import Opaque


def is_rest(node: AnyNode | None) -> bool:
    """Whether a node takes as many bytes as there are."""
    return (
        isinstance(node, BlockNode) and isinstance(node.type, Opaque) and node.type.length is None
    )


def step_over_rest(
    simulation: Simulation, state: WalkState, sent: AnyNode | None, expected: AnyNode | None
) -> WalkStep | None:
    """None: neither is a rest where the other side has nothing."""
    if not state.is_between_nodes:
        return None
    if sent is None and expected is not None and is_rest(expected):
        set_absent(state, expected)
        state.expected.pop()
        return Advance(state)
    if isinstance(sent, BlockNode) and is_rest(sent) and expected is None:
        length = Call(type=INTEGER, function=Function.LEN, arguments=(sent.expr,))
        empty = make_comparison(Operator.EQUAL, length, make_literal(0))
        is_empty = simulation.decide(state, empty)
        if is_empty is None:
            return Fork((state.fork(not_(empty)), state.fork(empty)))
        if is_empty:
            state.sent.pop()
            return Advance(state)
    return None
