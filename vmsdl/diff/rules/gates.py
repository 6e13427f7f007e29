"""Version gates (`since`) and presence conditions (`if`) of fields."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import (
    RELATION_WORDS,
    describe_condition,
    describe_machine_values,
    find_relation,
)
from vmsdl.diff.rules.gate_changes import (
    PresenceChange,
    PresenceRule,
    find_newly_read_properties,
    find_presence_changes,
    make_presence_edit,
)
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.prove.implication import Relation

FAMILY = Family("gates")


@FAMILY.rule("gate-dropped-covered", mirror="gate-added-covered")
def gate_dropped_covered(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.GATE_DROPPED_COVERED):
        old, new = change.old, change.new
        now = f"is there since {new.since} now" if new.since else "has no gate now"
        why = _say_why_covered(pair, "no stream that is still read is older")
        message = f"`{new.name}` {now}, and was there since {old.since}: {why}"
        yield make_edit(pair, old, new, message, changes_version=change.needs_version(pair))


@FAMILY.rule("gate-dropped-uncovered", mirror="gate-added-uncovered")
def gate_dropped_uncovered(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.GATE_DROPPED_UNCOVERED):
        old, new = change.old, change.new
        oldest = max(new.since, pair.new.description.minimum_version_id)
        last = old.since - 1
        versions = f"version {oldest}" if oldest == last else f"versions {oldest} to {last}"
        yield make_edit(
            pair,
            old,
            new,
            f"`{new.name}` was there since {old.since}, and is looked for in streams of "
            f"{versions} now, which do not have it",
            help=f"put back `since {old.since}`, or raise the minimum to {old.since}",
        )


FAMILY.add_rows(
    PresenceRule(
        "gate-raised-with-bump",
        "gate-lowered",
        PresenceChange.GATE_RAISED_BY_VERSION,
        "`{new.name}` was {old_gate}, and is looked for only since {new.since}",
        "a gate says since when a field was ever sent: leave it as it was",
    ),
    PresenceRule(
        "gate-raised-without-bump",
        "gate-lowered",
        PresenceChange.GATE_RAISED_UNREACHED,
        "`{new.name}` is there since {new.since}, and the version is {new_version}: it is not sent"
        " any more",
        "put the gate back; what is to go becomes `unused` bytes",
    ),
)


@FAMILY.rule("gate-added-covered", mirror="gate-dropped-covered")
def gate_added_covered(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.GATE_ADDED_COVERED):
        old, new = change.old, change.new
        why = _say_why_covered(pair, "no stream that both read is older")
        message = f"`{new.name}` is there since {new.since} now: {why}"
        yield make_edit(pair, old, new, message, changes_version=change.needs_version(pair))


@FAMILY.rule("gate-added-uncovered", mirror="gate-dropped-uncovered")
def gate_added_uncovered(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.GATE_ADDED_UNCOVERED):
        old, new = change.old, change.new
        yield make_edit(
            pair,
            old,
            new,
            f"`{new.name}` is not looked for before version {new.since} now, and was",
            help="one of the two is wrong about the older releases: look which streams have it",
        )


def _say_why_covered(pair: Pair, why: str) -> str:
    return why if pair.is_versioned else "the version of its struct is not on the wire"


FAMILY.add_rows(
    PresenceRule(
        "gate-lowered",
        "gate-raised-without-bump",
        PresenceChange.GATE_LOWERED,
        "`{new.name}` was there since {old.since}, and is looked for in version {version}",
        "raise the version to the gate, or put the field into a subsection",
    ),
    PresenceRule(
        "test-added",
        "test-removed",
        PresenceChange.CONDITION_ADDED,
        "`{new.name}` was always there, and is {new_condition}",
        "keep sending it: older programs look for it in every stream",
    ),
    PresenceRule(
        "test-removed",
        "test-added",
        PresenceChange.CONDITION_REMOVED,
        "`{new.name}` was there {old_condition}, and always is now",
        "put the condition back: older streams have the field only under it",
    ),
)


@FAMILY.rule("test-changed", mirror=SELF)
def test_changed(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.CONDITION_CHANGED):
        old, new = change.old, change.new
        relation = find_relation(pair, pair.scope, old.condition, new.condition)
        if relation is Relation.SAME:
            now = describe_condition(new.condition)
            message = f"`{new.name}` is there {RELATION_WORDS[relation]}: {now}"
            yield make_edit(pair, old, new, message)
        else:
            yield make_presence_edit(
                pair,
                change,
                "`{new.name}` was there {old_condition}, and is {new_condition}",
                "put the old condition back: where the two differ, nothing else says who is right",
            )


FAMILY.add_rows(
    PresenceRule(
        "test-supersedes-gate",
        "gate-supersedes-test",
        PresenceChange.CONDITION_FOR_GATE,
        "`{new.name}` was there since version {old.since}, and is {new_condition}, whatever the"
        " version",
        "put back `since {old.since}`",
    ),
    PresenceRule(
        "gate-supersedes-test",
        "test-supersedes-gate",
        PresenceChange.GATE_FOR_CONDITION,
        "`{new.name}` was there {old_condition}, and is since version {new.since}",
        "put the test back: the version does not tell which streams have it",
    ),
)


@FAMILY.rule("test-reads-property", mirror="test-removed")
def test_reads_property(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.READS_PROPERTY):
        paths = find_newly_read_properties(pair, change.old, change.new)
        yield make_presence_edit(
            pair,
            change,
            "`{new.name}` was there {old_condition}, and is {new_condition}, which reads the"
            " property {properties}",
            "see that both ends of a machine type agree: {values}",
            properties=" and ".join(f"`{name}`" for _, name in paths),
            values=describe_machine_values(pair.new.schema, paths),
        )


FAMILY.add_rows(
    PresenceRule(
        "test-reads-destination-only",
        "test-removed",
        PresenceChange.EXTERN,
        "`{new.name}` was there {old_condition}, and something outside of the schema decides now",
        "send before it what it hangs on, and say `if` that",
    ),
)
