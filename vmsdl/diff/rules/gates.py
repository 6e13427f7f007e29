"""Version gates (`since`) and presence conditions (`if`) of fields."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import (
    describe_condition,
    describe_machine_values,
    find_relation,
)
from vmsdl.diff.rules.gate_changes import (
    PresenceChange,
    PresenceRule,
    describe_gate_change,
    find_newly_read_properties,
    find_presence_changes,
    make_presence_edit,
)
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.expr.text import unparse
from vmsdl.prove.implication import Relation
from vmsdl.schema.description import Field

FAMILY = Family("gates")


@FAMILY.rule("gate-dropped-covered", mirror="gate-added-covered")
def gate_dropped_covered(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.GATE_DROPPED_COVERED):
        old, new = change.old, change.new
        why = _say_why_covered(pair, "no accepted stream is older")
        message = f"{describe_gate_change(old, new)}: {why}"
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
            f"{describe_gate_change(old, new)}, but streams of {versions} do not have it",
            help=f"restore `since {old.since}`, or raise the minimum to {old.since}",
        )


FAMILY.add_rows(
    PresenceRule(
        "gate-raised-with-bump",
        "gate-lowered",
        PresenceChange.GATE_RAISED_BY_VERSION,
        "{gate_change}, but streams of older versions have the field",
        "restore the old gate: it is the first version that sent the field",
    ),
    PresenceRule(
        "gate-raised-without-bump",
        "gate-lowered",
        PresenceChange.GATE_RAISED_UNREACHED,
        "{gate_change}, above version {new_version}: it is no longer sent",
        "restore the old gate; to remove the field, replace it with `unused` bytes",
    ),
)


@FAMILY.rule("gate-added-covered", mirror="gate-dropped-covered")
def gate_added_covered(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.GATE_ADDED_COVERED):
        old, new = change.old, change.new
        why = _say_why_covered(pair, "no stream that both sides accept is older")
        message = f"{describe_gate_change(old, new)}: {why}"
        yield make_edit(pair, old, new, message, changes_version=change.needs_version(pair))


@FAMILY.rule("gate-added-uncovered", mirror="gate-dropped-uncovered")
def gate_added_uncovered(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.GATE_ADDED_UNCOVERED):
        old, new = change.old, change.new
        yield make_edit(
            pair,
            old,
            new,
            f"{describe_gate_change(old, new)}: it is no longer expected in older streams",
            help=(
                "one of the two schemas is wrong about older releases: check which streams have the"
                " field"
            ),
        )


def _say_why_covered(pair: Pair, why: str) -> str:
    return why if pair.is_versioned else "the version of its struct is not in the stream"


FAMILY.add_rows(
    PresenceRule(
        "gate-lowered",
        "gate-raised-without-bump",
        PresenceChange.GATE_LOWERED,
        "{gate_change}: it is now expected in version {version}",
        "raise the version to the gate, or move the field into a subsection",
    ),
    PresenceRule(
        "test-added",
        "test-removed",
        PresenceChange.CONDITION_ADDED,
        "presence condition {new_condition} was added to `{new.name}`",
        "keep sending it: older programs expect it in every stream",
    ),
    PresenceRule(
        "test-removed",
        "test-added",
        PresenceChange.CONDITION_REMOVED,
        "presence condition {old_condition} was removed from `{new.name}`",
        "restore the condition: older streams have the field only if it is true",
    ),
)


@FAMILY.rule("test-changed", mirror=SELF)
def test_changed(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.CONDITION_CHANGED):
        old, new = change.old, change.new
        relation = find_relation(pair, pair.scope, old.condition, new.condition)
        if relation is Relation.SAME:
            now = describe_condition(new.condition)
            message = (
                f"presence condition of `{new.name}` was rewritten as {now}, which is equivalent"
            )
            yield make_edit(pair, old, new, message)
        else:
            yield make_presence_edit(
                pair,
                change,
                "presence condition of `{new.name}` changed from {old_condition} to"
                " {new_condition}",
                "restore the old condition: the stream does not show which of the two applies",
            )


@FAMILY.rule("pointers-changed", mirror=SELF)
def pointers_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_fields:
        before, after = describe_pointers(old), describe_pointers(new)
        if before != after:
            yield make_edit(
                pair,
                old,
                new,
                f"pointers of `{new.name}` that are not null changed from {before} to {after}",
                shifts=True,
                help="restore the old condition: the stream does not show which pointers are null",
            )


def describe_pointers(field: Field) -> str:
    """Which elements of an array of pointers are there."""
    return "those of the machine" if field.there is None else f"`{unparse(field.there)}`"


FAMILY.add_rows(
    PresenceRule(
        "test-supersedes-gate",
        "gate-supersedes-test",
        PresenceChange.CONDITION_FOR_GATE,
        "version gate `since {old.since}` of `{new.name}` was replaced by presence condition"
        " {new_condition}",
        "restore `since {old.since}`",
    ),
    PresenceRule(
        "gate-supersedes-test",
        "test-supersedes-gate",
        PresenceChange.GATE_FOR_CONDITION,
        "presence condition {old_condition} of `{new.name}` was replaced by version gate"
        " `since {new.since}`",
        "restore the condition: the version does not determine which streams have the field",
    ),
)


@FAMILY.rule("test-reads-property", mirror="test-removed")
def test_reads_property(pair: Pair) -> Iterator[Edit]:
    for change in find_presence_changes(pair, PresenceChange.READS_PROPERTY):
        paths = find_newly_read_properties(pair, change.old, change.new)
        yield make_presence_edit(
            pair,
            change,
            "presence condition of `{new.name}` changed from {old_condition} to {new_condition},"
            " which reads property {properties}",
            "check that both ends of a machine type agree: {values}",
            properties=" and ".join(f"`{name}`" for _, name in paths),
            values=describe_machine_values(pair.new.schema, paths),
        )


FAMILY.add_rows(
    PresenceRule(
        "test-reads-destination-only",
        "test-removed",
        PresenceChange.EXTERN,
        "presence condition of `{new.name}` changed from {old_condition} to {new_condition}, which"
        " the schema does not show",
        "send the value that it depends on before it, and use that value in `if`",
    ),
)
