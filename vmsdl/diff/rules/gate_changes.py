"""What became of when a field is there: its gate and its test, each one edit by one rule."""

from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import find_known_reads, make_scope
from vmsdl.expr.nodes import Extern
from vmsdl.schema.description import Field, Property


def find_gate_changes(pair: Pair, old: Field, new: Field) -> str | None:
    """The rule that tells what became of a `since`; None: it is as it was, or told of a test."""
    before, after = old.since, new.since
    if before == after or _swapped(old, new) is not None:
        return None
    one, other = pair.old.description, pair.new.description
    oldest, newest = other.minimum_version_id, min(one.version_id, other.version_id)
    if pair.is_versioned:
        parts = any((before <= v) != (after <= v) for v in (one.version_id, other.version_id))
    else:
        # The version of a struct is not on the wire: each side has its own, and no other.
        parts = (before <= one.version_id) != (after <= other.version_id)
        oldest = newest + 1
    low, high = sorted((before, after))
    if after < before:
        if parts:
            return "gate-lowered"
        is_cut = any(low <= v < high for v in range(oldest, newest + 1))
        return "gate-dropped-uncovered" if is_cut else "gate-dropped-covered"
    if after > other.version_id:
        return "gate-raised-without-bump"
    if parts:
        return "gate-raised-with-bump"
    oldest = max(oldest, one.minimum_version_id)
    is_cut = any(low <= v < high for v in range(oldest, newest + 1))
    return "gate-added-uncovered" if is_cut else "gate-added-covered"


def find_test_changes(pair: Pair, old: Field, new: Field) -> str | None:
    """The rule that tells what became of an `if`; None: it is as it was."""
    if old.condition == new.condition:
        return None
    if isinstance(new.condition, Extern):
        return "test-reads-destination-only"
    swapped = _swapped(old, new)
    if swapped is not None:
        return swapped
    if new.condition is None:
        return "test-removed"
    if properties_met(pair, old, new):
        return "test-reads-property"
    return "test-added" if old.condition is None else "test-changed"


def asks_for_version(pair: Pair, new: Field) -> bool:
    """It is there only since the new version of its body: the bump is for its sake."""
    before, after = pair.old.description.version_id, pair.new.description.version_id
    return pair.is_versioned and before < new.since <= after


def properties_met(pair: Pair, old: Field, new: Field) -> list[tuple[str, str]]:
    """The properties that the test of a field reads now, and did not read: body and name."""
    scope = make_scope(pair)
    before = find_known_reads(old.condition, tuple(one for one, _ in scope))
    after = find_known_reads(new.condition, tuple(other for _, other in scope))
    return [
        path for path, known in after.items() if isinstance(known, Property) and path not in before
    ]


def _swapped(old: Field, new: Field) -> str | None:
    """A test in place of a gate, or the other way round, is one edit."""
    gates, tests = (old.since, new.since), (old.condition, new.condition)
    if gates[0] and not gates[1] and tests[0] is None and tests[1] is not None:
        return None if isinstance(tests[1], Extern) else "test-supersedes-gate"
    if gates[1] and not gates[0] and tests[1] is None and tests[0] is not None:
        return "gate-supersedes-test"
    return None
