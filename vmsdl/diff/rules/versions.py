"""Whether a new version of a body has a reason: something that is there only since that version."""

from vmsdl.diff.edits.field_changes import ChangeKind, FieldChange, PairMember
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import Condition, find_parts
from vmsdl.diff.rules.gate_changes import find_presence_changes
from vmsdl.expr.nodes import Version
from vmsdl.schema.description import Field, Validate


def depends_on_new_version(pair: Pair, member: PairMember) -> bool:
    """The new version decides whether the member is there: by `since`, or by its condition."""
    before, after = (body.version_id for body in pair.bodies)
    by_condition = before < after and _reads_version(member.condition)
    return pair.is_versioned and (before < member.since <= after or by_condition)


def has_removed_fields(pair: Pair) -> bool:
    """A field was removed from a body whose version is on the wire."""
    return pair.is_versioned and any(True for _ in pair.removed_fields)


def has_reason_for_version(pair: Pair) -> bool:
    """Some edit of the body needs the new version."""
    if has_removed_fields(pair):
        return True
    if any(change.needs_version(pair) for change in find_presence_changes(pair)):
        return True
    for change in pair.changes:
        match change:
            case FieldChange(ChangeKind.KEPT, (Field(),), (Field(),)):
                pass  # a change of its gate is a presence change
            case FieldChange(ChangeKind.KEPT, (old,), (new,)):
                if old.since != new.since and depends_on_new_version(pair, new):
                    return True
            case _:
                if any(depends_on_new_version(pair, new) for new in change.new):
                    return True
    return False


def has_gates(pair: Pair, low: int, high: int) -> bool:
    """Some member of the new body is there since a version above `low`, and not above `high`."""
    return any(
        not isinstance(step, Validate)
        and (low < step.since <= high or _reads_version(step.condition))
        for step in pair.new.description.steps
    )


def _reads_version(condition: Condition) -> bool:
    return any(isinstance(part, Version) for part in find_parts(condition))
