"""Whether what was edited in a body asks for the version that the body got."""

from vmsdl.diff.edits.pair import ChangeKind, Pair, PairMember
from vmsdl.diff.rules.gate_changes import asks_for_version, find_gate_changes
from vmsdl.expr.nodes import Expr, Extern, Version, children
from vmsdl.schema.description import Field, Validate


def is_version_asked(pair: Pair, piece: PairMember) -> bool:
    """It is there since the new version, or asks what the version is."""
    before, after = pair.old.description.version_id, pair.new.description.version_id
    is_told = before < after and _reads_version(piece.condition)
    return pair.is_versioned and (before < piece.since <= after or is_told)


def has_removed_fields(pair: Pair) -> bool:
    """A field is gone, and the version says so: an older one, or a newer."""
    return pair.is_versioned and any(True for _ in pair.removed)


def anything_asks(pair: Pair) -> bool:
    """Some edit of the body is the reason for the new version."""
    if has_removed_fields(pair):
        return True
    for change in pair.changes:
        match change.how, change.old, change.new:
            case ChangeKind.KEPT, (Field() as old,), (Field() as new,):
                if find_gate_changes(pair, old, new) is not None and asks_for_version(pair, new):
                    return True
            case ChangeKind.KEPT, (old,), (new,):
                if old.since != new.since and is_version_asked(pair, new):
                    return True
            case _, _, news:
                if any(is_version_asked(pair, new) for new in news):
                    return True
    return False


def find_gates(pair: Pair, low: int, high: int) -> bool:
    """Something is there since a version above `low` and not above `high`."""
    steps = pair.new.description.steps
    return any(
        not isinstance(step, Validate)
        and (low < step.since <= high or _reads_version(step.condition))
        for step in steps
    )


def _reads_version(condition: Expr | Extern | None) -> bool:
    stack = [] if condition is None or isinstance(condition, Extern) else [condition]
    while stack:
        part = stack.pop()
        if isinstance(part, Version):
            return True
        stack += children(part)
    return False
