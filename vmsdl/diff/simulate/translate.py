"""The receiver's expressions in terms of the sender.

A condition, length or version gate of the receiver reads what the receiver has loaded so far. All
questions are about states of the sender, so each place that such an expression reads is replaced by
the sender's expression for what was read into it (`WalkState.values`). QEMU evaluates them in the
same way: `vmstate_field_exists` and `vmstate_n_elems` in `migration/vmstate.c` read the half-loaded
object.
"""

from dataclasses import replace

from vmsdl.diff.layout.nodes import AnyNode
from vmsdl.diff.simulate.reasons import (
    UnknownReason,
    Untranslatable,
    make_untranslatable,
)
from vmsdl.diff.simulate.records import ZEROS, Content, Inexpressible, WalkState
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.expr.logic import (
    FieldPath,
    and_,
    find_path,
    is_false,
    is_true,
    make_literal,
    map_places,
    not_,
)
from vmsdl.expr.nodes import (
    Expr,
    ExternPresence,
    Item,
    Literal,
    ReceiverValue,
    Select,
    Variable,
)


def translate(
    simulation: Simulation, state: WalkState, e: Expr, *, as_own_version: bool = False
) -> Expr:
    """A receiver's expression in terms of the sender. Raises Untranslatable.

    `as_own_version`: fields that were not sent are taken to have the sender's values, where the
    sender's own version has them. The result says what the sender's own version would do.
    """
    if is_true(e) or is_false(e):
        return e

    def place(part: Expr) -> Expr:
        if isinstance(part, Variable | ExternPresence | ReceiverValue):
            return part
        path = find_path(part)
        if path is None:
            return inside(part, ("it",))
        if path in simulation.configuration and simulation.configuration[path] is None:
            return part
        content: Content | None = None
        if as_own_version:
            content = state.counterpart_values.get(path)
        content = content or state.values.get(path)
        content = content or _find_whole(simulation, state, path, part, as_own_version)
        if isinstance(content, Inexpressible):
            raise make_untranslatable(UnknownReason.CONTENT_UNKNOWN, path)
        return inside(part, path) if content is None else content

    def inside(part: Expr, path: FieldPath) -> Expr:
        """The part itself, with the place replaced that it is in."""
        match part:
            case Item(value=value, index=index):
                array = find_path(value)
                if array is not None and state.values.get(array) is ZEROS:
                    return make_literal(0)
                return replace(part, value=place(value), index=map_places(index, place))
            case Select(value=value):
                return replace(part, value=place(value))
            case _:
                raise make_untranslatable(UnknownReason.CONTENT_UNKNOWN, path)

    return map_places(e, place)


def _find_whole(
    simulation: Simulation, state: WalkState, path: FieldPath, part: Expr, as_own_version: bool
) -> Content | None:
    """A struct or an array of structs that was read from its counterpart as a whole."""
    inside = [leaf for leaf in simulation.receiver_places if leaf[: len(path)] == path]
    read = state.counterpart_values
    if not inside or not all(leaf in read for leaf in inside):
        return None
    if not as_own_version and any(state.values.get(leaf) != read[leaf] for leaf in inside):
        return None
    return part if all(find_path(read[leaf]) == leaf for leaf in inside) else None


# When a node is there ---------------------------------------------------------------------------


def find_sent_condition(node: AnyNode) -> Expr:
    """When the sender writes a node of its own."""
    return and_(node.sender_guard, node.guard)


def find_expected_condition(
    simulation: Simulation, state: WalkState, node: AnyNode, *, as_own_version: bool = False
) -> Expr:
    """When the receiver reads a node of its own."""
    guard = translate(simulation, state, node.guard, as_own_version=as_own_version)
    return and_(node.sender_guard, guard)


def have_same_presence(
    simulation: Simulation, state: WalkState, sent: AnyNode, expected: AnyNode
) -> bool:
    """Both are there in the same states.

    States in which the sender's own version would not read the node either are left out: what
    happens to these is no effect of the change.
    """
    sending = find_sent_condition(sent)
    try:
        own = find_expected_condition(simulation, state, expected, as_own_version=True)
        if _hold_together(simulation, state, sending, own):
            return True
    except Untranslatable:
        pass
    expecting = find_expected_condition(simulation, state, expected)
    return _hold_together(simulation, state, sending, expecting)


def have_same_number(simulation: Simulation, state: WalkState, sent: Expr, expected: Expr) -> bool:
    """A length of the sender and one of the receiver are equal, in the same sense."""
    try:
        own = translate(simulation, state, expected, as_own_version=True)
        if simulation.are_equal(state, sent, own):
            return True
    except Untranslatable:
        pass
    return simulation.are_equal(state, sent, translate(simulation, state, expected))


def _hold_together(simulation: Simulation, state: WalkState, one: Expr, other: Expr) -> bool:
    """Two conditions hold in the same states of a path."""
    if one == other:
        return True
    if isinstance(one, Literal) and isinstance(other, Literal):
        return False
    for constant, condition in ((one, other), (other, one)):
        if isinstance(constant, Literal):
            return simulation.decide(state, condition) is is_true(constant)
    return simulation.is_impossible(
        and_(state.condition, one, not_(other))
    ) and simulation.is_impossible(and_(state.condition, other, not_(one)))
