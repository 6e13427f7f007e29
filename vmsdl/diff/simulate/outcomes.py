"""The three ways in which a path ends: the load is accepted, refused, or it is not known.

A section is refused as `truncated` or `trailing-data` where QEMU would read its footer at the wrong
place (`check_section_footer` in `migration/savevm.c`).
"""

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
from vmsdl.diff.simulate.reasons import EffectReason, Unknown
from vmsdl.diff.simulate.records import LoadEnding, LoadOutcome, WalkState
from vmsdl.expr.fold import fold_constant
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
        lengths=tuple(state.lengths),
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
