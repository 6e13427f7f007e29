"""Subsections: where the sender writes them, and where the receiver looks for them.

After the fields of every body the sender writes the subsections that are `needed`, in order. The
receiver looks ahead: while the next bytes are the header of a subsection whose name begins with its
own name, it loads it (`vmstate_subsection_load` in `migration/vmstate.c`). What begins with another
name is left for the body that embeds this one. A name that is not known is an error.
"""

from collections.abc import Sequence
from dataclasses import replace

from vmsdl.diff.layout.nodes import (
    AnyNode,
    ScalarNode,
    SubsectionEntry,
    SubsectionsNode,
    ValueNode,
)
from vmsdl.diff.simulate.lengths import find_count
from vmsdl.diff.simulate.outcomes import make_refused
from vmsdl.diff.simulate.reading import set_absent
from vmsdl.diff.simulate.reasons import EffectReason
from vmsdl.diff.simulate.records import Advance, Fork, WalkState, WalkStep
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.translate import (
    find_expected_condition,
    find_sent_condition,
    have_same_presence,
)
from vmsdl.expr.logic import TRUE, and_, is_false, is_true, make_comparison, make_literal, not_
from vmsdl.expr.nodes import Expr, Operator
from vmsdl.schema.description import Field
from vmsdl.schema.types import BYTE

HEADER = "(subsection)"  # a name that no field of a schema has
_NO_FIELD = Field(name=HEADER, wire_name=HEADER, type=BYTE)


def scan_subsections(
    simulation: Simulation, state: WalkState, sent: AnyNode | None, expected: SubsectionsNode
) -> WalkStep:
    """The receiver is at the end of a body and looks for subsections."""
    if not isinstance(sent, SubsectionsNode) or state.consumed:
        if sent is not None and not state.consumed:
            sending = and_(find_sent_condition(sent), _has_bytes(sent))
            is_sent = simulation.decide(state, sending)
            if is_sent is None:
                return Fork((state.fork(not_(sending)), state.fork(sending)))
            if is_sent is False:
                state.sent.pop()
                return Advance(state)
        _stop_scanning(simulation, state, expected)
        return Advance(state)
    if not have_same_presence(simulation, state, sent, expected):
        sending = find_sent_condition(sent)
        is_sent = simulation.decide(state, sending)
        if is_sent is False:
            state.sent.pop()
            return Advance(state)
        if is_sent is None:
            return Fork((state.fork(not_(sending)), state.fork(sending)))
        expecting = find_expected_condition(simulation, state, expected)
        if simulation.decide(state, expecting) is not True:
            _stop_scanning(simulation, state, expected)
            return Advance(state)
    if not sent.entries:
        state.sent.pop()
        if simulation.pairing.counterpart(expected.key) == sent.key:
            _stop_scanning(simulation, state, expected)
        # Else the receiver goes on looking: what comes next may be another body's subsection.
        return Advance(state)
    entry, *others = sent.entries
    name = entry.description.wire_name
    if not name.startswith(expected.wire_name) or name == expected.wire_name:
        _stop_scanning(simulation, state, expected)
        return Advance(state)
    state.sent[-1] = replace(sent, entries=tuple(others))
    present = and_(find_sent_condition(sent), entry.needed)
    if is_false(present):
        return Advance(state)
    return _load_subsection(simulation, state, sent, expected, entry, present)


def _has_bytes(sent: AnyNode) -> Expr:
    """When a node takes bytes at all, where it is there."""
    count = find_count(sent)
    return TRUE if count is None else make_comparison(Operator.NOT_EQUAL, count, make_literal(0))


def _load_subsection(
    simulation: Simulation,
    state: WalkState,
    sent: SubsectionsNode,
    expected: SubsectionsNode,
    entry: SubsectionEntry,
    present: Expr,
) -> WalkStep:
    """The header of this subsection comes next where it is `present`."""
    body = entry.description
    counterpart = _find_counterpart(entry, sent, expected)
    refusal = _find_refusal(entry, counterpart)
    if refusal is not None:
        reason, message = refusal
        refused = make_refused(state.fork(present), reason, None, None, message, entry)
        return Fork((state.fork(not_(present)),), (refused,))
    assert counterpart is not None
    _push_nodes(state.sent, simulation.sender.flatten_subsection(entry, body.version_id), present)
    _push_nodes(
        state.expected,
        simulation.receiver.flatten_subsection(counterpart, body.version_id),
        present,
    )
    if state.offset is not None:
        size = find_header_size(body.wire_name)
        state.offset = state.offset + size if is_true(present) else None
    return Advance(state)


def _find_counterpart(
    entry: SubsectionEntry, sent: SubsectionsNode, expected: SubsectionsNode
) -> SubsectionEntry | None:
    """The receiver's subsection of this name.

    A body can have several of one name, of which at most one is sent. They are paired from the
    last one; a loader takes the first one for what is left, also of its own streams.
    """
    name = entry.description.wire_name
    known = [each for each in expected.entries if each.description.wire_name == name]
    later = sum(each.description.wire_name == name for each in sent.entries[1:])
    return known[-1 - later] if later < len(known) else next(iter(known), None)


def _find_refusal(
    entry: SubsectionEntry, counterpart: SubsectionEntry | None
) -> tuple[EffectReason, str] | None:
    """Why the receiver refuses a subsection by its header alone, with the message."""
    name, version = entry.description.wire_name, entry.description.version_id
    if counterpart is None:
        return EffectReason.UNKNOWN_SUBSECTION, f'the receiver has no subsection "{name}"'
    # QEMU keeps the version of a subsection in a `uint8_t`.
    if version & 255 > counterpart.description.version_id:
        return EffectReason.VERSION_TOO_NEW, f'"{name}" version {version} is too new'
    if version & 255 < counterpart.description.minimum_version_id:
        return EffectReason.VERSION_TOO_OLD, f'"{name}" version {version} is too old'
    return None


def find_header_size(wire_name: str) -> int:
    """The bytes before a subsection: marker, length of the name, name, version."""
    return 6 + len(wire_name.encode())


def _push_nodes(stack: list[AnyNode], nodes: Sequence[AnyNode], present: Expr) -> None:
    stack.extend(
        replace(node, sender_guard=and_(node.sender_guard, present)) for node in reversed(nodes)
    )


def _stop_scanning(simulation: Simulation, state: WalkState, expected: SubsectionsNode) -> None:
    """The receiver looks for no more subsections here. Those that it was not sent stay as set."""
    state.expected.pop()
    waiting = list(expected.entries)
    while waiting:
        entry = waiting.pop()
        for node in simulation.receiver.flatten_subsection(entry, entry.description.version_id):
            if isinstance(node, SubsectionsNode):
                waiting += node.entries
            elif isinstance(node, ValueNode) and node.key not in state.values:
                set_absent(state, node)


def read_header_as_data(simulation: Simulation, state: WalkState, sent: SubsectionsNode) -> Fork:
    """The sender writes subsections where the receiver reads fields: bytes like any others."""
    if not sent.entries:
        state.sent.pop()
        return Fork((state,))
    entry, *others = sent.entries
    present = and_(find_sent_condition(sent), entry.needed)
    absent = state.fork(not_(present))
    absent.sent[-1] = replace(sent, entries=tuple(others))
    there = state.fork(present)
    there.sent[-1] = replace(sent, entries=tuple(others))
    body = entry.description
    there.sent.extend(reversed(simulation.sender.flatten_subsection(entry, body.version_id)))
    there.sent.extend(reversed(_make_header(body.wire_name, body.version_id)))
    return Fork((absent, there))


def _make_header(wire_name: str, version: int) -> list[ScalarNode]:
    """The bytes that a subsection begins with, as constants."""
    name = wire_name.encode()
    data = b"\x05" + bytes([len(name) & 255]) + name + version.to_bytes(4, "big")
    return [
        ScalarNode(
            key=(HEADER, i),
            expr=make_literal(byte),
            type=BYTE,
            scalar=BYTE.name,
            width=1,
            default=0,
            field=_NO_FIELD,
        )
        for i, byte in enumerate(data)
    ]
