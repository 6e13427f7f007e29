"""Changes of the streams that a field is in: of its version gate (`since`) and of its presence
condition (`if`)."""

from collections.abc import Iterator
from enum import Enum

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair, once_per_pair
from vmsdl.diff.fixes.fields import restore_type
from vmsdl.diff.rules.conditions import describe_condition, find_settable_reads
from vmsdl.expr.nodes import Extern
from vmsdl.records import dataclass
from vmsdl.schema.description import Field, Property


class PresenceChange(Enum):
    """A kind of change of a gate or a condition."""

    GATE_DROPPED_COVERED = "a lower gate: no accepted stream is between the two"
    GATE_DROPPED_UNCOVERED = "a lower gate: accepted streams are between the two, without the field"
    GATE_RAISED_BY_VERSION = "a gate above the old version, and not above the new one"
    GATE_RAISED_UNREACHED = "a gate above the new version"
    GATE_ADDED_COVERED = "a higher gate: no stream that both accept is between the two"
    GATE_ADDED_UNCOVERED = "a higher gate: streams that both accept are between the two"
    GATE_LOWERED = "a lower gate: a version that one side writes is between the two"
    CONDITION_ADDED = "the field was always there"
    CONDITION_REMOVED = "the field is always there"
    CONDITION_CHANGED = "another condition"
    CONDITION_FOR_GATE = "a condition replaced a gate"
    GATE_FOR_CONDITION = "a gate replaced a condition"
    READS_PROPERTY = "the new condition reads a property that the old one did not read"
    EXTERN = "something outside of the schema decides"


_GATES = frozenset(kind for kind in PresenceChange if kind.name.startswith("GATE_")) - {
    PresenceChange.GATE_FOR_CONDITION
}


@dataclass(frozen=True, slots=True)
class ChangedPresence:
    """A field on both sides, and one change of the streams that it is in."""

    kind: PresenceChange
    old: Field
    new: Field

    def needs_version(self, pair: Pair) -> bool:
        """The field is there only since the new version of its body."""
        before, after = (body.version_id for body in pair.bodies)
        is_new = pair.is_versioned and before < self.new.since <= after
        return is_new and self.kind in _GATES


@dataclass(frozen=True, slots=True)
class PresenceRule:
    """A rule for one kind of change after which the two sides expect the field in other streams.

    `message` and `help` can use `{old.…}` and `{new.…}`, which are the fields; `{old_condition}`
    and `{new_condition}`, as a schema writes them; `{gate_change}`, in words; `{new_version}`, of
    the body; and `{version}`, the newest that both sides know.
    """

    slug: str
    mirror: str
    kind: PresenceChange
    message: str
    help: str

    def find(self, pair: Pair) -> Iterator[Edit]:
        for change in find_presence_changes(pair, self.kind):
            yield make_presence_edit(pair, change, self.message, self.help)


def make_presence_edit(
    pair: Pair, change: ChangedPresence, message: str, help: str, **more: str
) -> Edit:
    """An edit after which the two sides expect the field in other streams.

    `message` and `help` are as in `PresenceRule`, and can use `more`.
    """
    old, new = change.old, change.new
    before, after = (body.version_id for body in pair.bodies)
    words = {
        "old": old,
        "new": new,
        "old_condition": describe_condition(old.condition),
        "new_condition": describe_condition(new.condition),
        "gate_change": describe_gate_change(old, new),
        "new_version": after,
        "version": min(before, after),
        **more,
    }
    return make_edit(
        pair,
        old,
        new,
        message.format(**words),
        shifts=True,
        changes_version=change.needs_version(pair),
        help=help.format(**words),
        fixes=restore_type(old, new),
    )


def describe_gate_change(old: Field, new: Field) -> str:
    """The change of a version gate, in words."""
    if not new.since:
        return f"version gate `since {old.since}` of `{new.name}` was removed"
    if not old.since:
        return f"version gate `since {new.since}` was added to `{new.name}`"
    return f"version gate of `{new.name}` changed from `since {old.since}` to `since {new.since}`"


def find_presence_changes(pair: Pair, *kinds: PresenceChange) -> Iterator[ChangedPresence]:
    """The changes of these kinds; without kinds, all of them."""
    return (each for each in _find_all(pair) if not kinds or each.kind in kinds)


@once_per_pair
def _find_all(pair: Pair) -> Iterator[ChangedPresence]:
    for old, new in pair.kept_fields:
        for kind in (_classify_gate(pair, old, new), _classify_condition(pair, old, new)):
            if kind is not None:
                yield ChangedPresence(kind, old, new)


def _classify_gate(pair: Pair, old: Field, new: Field) -> PresenceChange | None:
    """None: the gate is the same, or a condition replaced it."""
    before, after = old.since, new.since
    if before == after or _classify_swap(old, new) is not None:
        return None
    one, other = pair.bodies
    versions = one.version_id, other.version_id
    oldest, newest = other.minimum_version_id, min(versions)
    if pair.is_versioned:
        differs = any((before <= version) != (after <= version) for version in versions)
    else:
        # The version of a struct is not on the wire: each side assumes its own, and no other.
        differs = (before <= versions[0]) != (after <= versions[1])
        oldest = newest + 1
    low, high = sorted((before, after))
    if after < before:
        if differs:
            return PresenceChange.GATE_LOWERED
        if any(low <= version < high for version in range(oldest, newest + 1)):
            return PresenceChange.GATE_DROPPED_UNCOVERED
        return PresenceChange.GATE_DROPPED_COVERED
    if after > other.version_id:
        return PresenceChange.GATE_RAISED_UNREACHED
    if differs:
        return PresenceChange.GATE_RAISED_BY_VERSION
    oldest = max(oldest, one.minimum_version_id)
    if any(low <= version < high for version in range(oldest, newest + 1)):
        return PresenceChange.GATE_ADDED_UNCOVERED
    return PresenceChange.GATE_ADDED_COVERED


def _classify_condition(pair: Pair, old: Field, new: Field) -> PresenceChange | None:
    """None: the condition is the same."""
    if old.condition == new.condition:
        return None
    if isinstance(new.condition, Extern):
        return PresenceChange.EXTERN
    swap = _classify_swap(old, new)
    if swap is not None:
        return swap
    if new.condition is None:
        return PresenceChange.CONDITION_REMOVED
    if find_newly_read_properties(pair, old, new):
        return PresenceChange.READS_PROPERTY
    if old.condition is None:
        return PresenceChange.CONDITION_ADDED
    return PresenceChange.CONDITION_CHANGED


def _classify_swap(old: Field, new: Field) -> PresenceChange | None:
    """A condition in place of a gate, or a gate in place of a condition, is one change."""
    had_gate_only = old.since and old.condition is None
    has_gate_only = new.since and new.condition is None
    if had_gate_only and not new.since and new.condition is not None:
        is_extern = isinstance(new.condition, Extern)
        return None if is_extern else PresenceChange.CONDITION_FOR_GATE
    if has_gate_only and not old.since and old.condition is not None:
        return PresenceChange.GATE_FOR_CONDITION
    return None


def find_newly_read_properties(pair: Pair, old: Field, new: Field) -> list[tuple[str, str]]:
    """The properties that only the new condition reads, as names of description and property."""
    before = find_settable_reads(old.condition, tuple(one for one, _ in pair.scope))
    after = find_settable_reads(new.condition, tuple(other for _, other in pair.scope))
    return [
        path for path, known in after.items() if isinstance(known, Property) and path not in before
    ]
