"""The three ways in which a path ends: the load is accepted, refused, or it is not known.

A section is refused as `truncated` or `trailing-data` where QEMU would read its footer at the wrong
place (`check_section_footer` in `migration/savevm.c`).
"""

from contextlib import suppress

from vmsdl.diff.layout.nodes import (
    AnyNode,
    BlockNode,
    CheckNode,
    MoreElementsNode,
    PaddingNode,
    ScalarArrayNode,
    ScalarNode,
    SubsectionEntry,
    SubsectionsNode,
)
from vmsdl.diff.simulate.reasons import EffectReason, Unknown, Untranslatable
from vmsdl.diff.simulate.records import LoadEnding, LoadOutcome, WalkState
from vmsdl.diff.simulate.simulation import Simulation
from vmsdl.diff.simulate.translate import find_expected_condition, find_sent_condition
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import and_
from vmsdl.expr.nodes import Expr
from vmsdl.schema.types import Opaque

_MOST_COUNTED = 64  # nodes whose sizes are added up for a message


def make_accepted(state: WalkState) -> LoadOutcome:
    return _make_outcome(state, LoadEnding.ACCEPTED)


def make_refused(
    state: WalkState,
    reason: EffectReason,
    sent: AnyNode | None,
    expected: AnyNode | None,
    message: str = "",
    entry: SubsectionEntry | None = None,
) -> LoadOutcome:
    return _make_outcome(
        state,
        LoadEnding.REFUSED,
        reason,
        sent=sent,
        expected=expected,
        message=message,
        entry=entry,
    )


def make_undecided(state: WalkState, unknown: Unknown) -> LoadOutcome:
    """How the load ends is not known from here on."""
    sent = state.sent[-1] if state.sent else None
    expected = state.expected[-1] if state.expected else None
    return _make_outcome(state, LoadEnding.UNKNOWN, unknown, sent=sent, expected=expected)


def _make_outcome(
    state: WalkState,
    ending: LoadEnding,
    reason: EffectReason | Unknown | None = None,
    *,
    sent: AnyNode | None = None,
    expected: AnyNode | None = None,
    message: str = "",
    entry: SubsectionEntry | None = None,
) -> LoadOutcome:
    return LoadOutcome(
        ending=ending,
        condition=state.condition,
        reason=reason,
        message=message,
        sent=sent,
        expected=expected,
        entry=entry,
        divergence=state.divergence,
        reads=tuple(state.reads),
        checks=tuple(state.checks),
        skipped=tuple(state.skipped),
        unrolled=tuple(state.unrolled),
        values=state.values,
    )


# Lengths ----------------------------------------------------------------------------------------


def find_size(node: AnyNode) -> int | None:
    """Bytes of a node where it is there; None: that depends on the state."""
    match node:
        case ScalarNode(width=width):
            return width
        case ScalarArrayNode(width=width, count=count):
            return width * count
        case PaddingNode(length=length):
            value = fold_constant(length)
            return None if value is None else int(value)
        case BlockNode(type=Opaque(), sizes=(length, *_)):
            value = fold_constant(length)
            return None if value is None else int(value)
        case BlockNode():
            return None
        case SubsectionsNode() | CheckNode() | MoreElementsNode():
            return 0


def describe_trailing_bytes(simulation: Simulation, state: WalkState) -> str:
    """By how much a section is too long; empty where that depends on the state."""
    total = -state.consumed
    for node in state.sent[-_MOST_COUNTED:]:
        size = _count_bytes(simulation, state, node, find_sent_condition(node))
        if isinstance(node, SubsectionsNode):
            present = [and_(node.sender_guard, node.guard, entry.needed) for entry in node.entries]
            is_sent = any(simulation.decide(state, each) is not False for each in present)
            size = None if is_sent else 0
        if size is None or len(state.sent) > _MOST_COUNTED:
            return ""
        total += size
    return f"{_format_bytes(total)} too many"


def describe_missing_bytes(simulation: Simulation, state: WalkState) -> str:
    """By how much a section is too short; empty where that depends on the state."""
    total = -state.received
    for node in state.expected[-_MOST_COUNTED:]:
        size: int | None = None
        with suppress(Untranslatable):
            condition = find_expected_condition(simulation, state, node)
            size = _count_bytes(simulation, state, node, condition)
        if size is None or state.padding_left or len(state.expected) > _MOST_COUNTED:
            return ""
        total += size
    return f"{_format_bytes(total)} missing"


def _count_bytes(
    simulation: Simulation, state: WalkState, node: AnyNode, presence: Expr
) -> int | None:
    """Bytes of a node on this path; None: that depends on the state."""
    if isinstance(node, MoreElementsNode):
        return None
    is_there = simulation.decide(state, presence)
    return 0 if is_there is False else find_size(node) if is_there else None


def _format_bytes(number: int) -> str:
    return "1 byte" if number == 1 else f"{number:,} bytes"
