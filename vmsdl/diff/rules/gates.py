"""Version gates and existence tests."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import restore_type
from vmsdl.diff.machines import limit_to_machine
from vmsdl.diff.rules.conditions import WORDS, describe_conditions, find_relation, make_scope
from vmsdl.diff.rules.gate_changes import (
    asks_for_version,
    find_gate_changes,
    find_test_changes,
    properties_met,
)
from vmsdl.diff.rules.rule import Family
from vmsdl.expr.nodes import Extern
from vmsdl.prove.implication import Relation
from vmsdl.schema.description import Field

FAMILY = Family("gates")


@FAMILY.rule("gate-dropped-covered", mirror="gate-added-covered")
def gate_dropped_covered(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_gate_changes(pair, old, new) == "gate-dropped-covered":
            now = f"is there since {new.since} now" if new.since else "has no gate now"
            why = "no stream that is still read is older"
            if not pair.is_versioned:
                why = "the version of its struct is not on the wire"
            yield make_edit(
                pair, old, new, f"`{new.name}` {now}, and was there since {old.since}: {why}"
            )


@FAMILY.rule("gate-dropped-uncovered", mirror="gate-added-uncovered")
def gate_dropped_uncovered(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_gate_changes(pair, old, new) == "gate-dropped-uncovered":
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


@FAMILY.rule("gate-raised-with-bump", mirror="gate-lowered")
def gate_raised_with_bump(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_gate_changes(pair, old, new) == "gate-raised-with-bump":
            before = f"since {old.since}" if old.since else "in all streams"
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` was {before}, and is looked for only since {new.since}",
                moves=True,
                is_version=asks_for_version(pair, new),
                help="a gate says since when a field was ever sent: leave it as it was",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("gate-raised-without-bump", mirror="gate-lowered")
def gate_raised_without_bump(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_gate_changes(pair, old, new) == "gate-raised-without-bump":
            version = pair.new.description.version_id
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` is there since {new.since}, and the version is {version}: it is "
                "not sent any more",
                moves=True,
                help="put the gate back; what is to go becomes `unused` bytes",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("gate-added-covered", mirror="gate-dropped-covered")
def gate_added_covered(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_gate_changes(pair, old, new) == "gate-added-covered":
            why = "no stream that both read is older"
            if not pair.is_versioned:
                why = "the version of its struct is not on the wire"
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` is there since {new.since} now: {why}",
                is_version=asks_for_version(pair, new),
            )


@FAMILY.rule("gate-added-uncovered", mirror="gate-dropped-uncovered")
def gate_added_uncovered(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_gate_changes(pair, old, new) == "gate-added-uncovered":
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` is not looked for before version {new.since} now, and was",
                help="one of the two is wrong about the older releases: look which streams have it",
            )


@FAMILY.rule("gate-lowered", mirror="gate-raised-without-bump")
def gate_lowered(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_gate_changes(pair, old, new) == "gate-lowered":
            version = min(pair.old.description.version_id, pair.new.description.version_id)
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` was there since {old.since}, and is looked for in version {version}",
                moves=True,
                is_version=asks_for_version(pair, new),
                help="raise the version to the gate, or put the field into a subsection",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("test-added", mirror="test-removed")
def test_added(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_test_changes(pair, old, new) == "test-added":
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` was always there, and is {describe_conditions(new.condition)}",
                moves=True,
                help="keep sending it: older programs look for it in every stream",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("test-removed", mirror="test-added")
def test_removed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_test_changes(pair, old, new) == "test-removed":
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` was there {describe_conditions(old.condition)}, and always is now",
                moves=True,
                help="put the condition back: older streams have the field only under it",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("test-changed", mirror="test-changed")
def test_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_test_changes(pair, old, new) != "test-changed":
            continue
        if _are_alike(pair, old, new):
            message = (
                f"`{new.name}` is there {WORDS[Relation.SAME]}:"
                f" {describe_conditions(new.condition)}"
            )
            yield make_edit(pair, old, new, message)
            continue
        yield make_edit(
            pair,
            old,
            new,
            f"`{new.name}` was there {describe_conditions(old.condition)}, and is"
            f" {describe_conditions(new.condition)}",
            moves=True,
            help="put the old condition back: where the two differ, nothing else says who is right",
            remedies=restore_type(old, new),
        )


def _are_alike(pair: Pair, old: Field, new: Field) -> bool:
    before, after = old.condition, new.condition
    if before is None or after is None or isinstance(before, Extern) or isinstance(after, Extern):
        return False
    return find_relation(pair, make_scope(pair), before, after) is Relation.SAME


@FAMILY.rule("test-supersedes-gate", mirror="gate-supersedes-test")
def test_supersedes_gate(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_test_changes(pair, old, new) == "test-supersedes-gate":
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` was there since version {old.since}, and is "
                f"{describe_conditions(new.condition)}, whatever the version",
                moves=True,
                help=f"put back `since {old.since}`",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("gate-supersedes-test", mirror="test-supersedes-gate")
def gate_supersedes_test(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_test_changes(pair, old, new) == "gate-supersedes-test":
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` was there {describe_conditions(old.condition)}, and is since version"
                f" {new.since}",
                moves=True,
                help="put the test back: the version does not tell which streams have it",
                remedies=restore_type(old, new),
            )


@FAMILY.rule("test-reads-property", mirror="test-removed")
def test_reads_property(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_test_changes(pair, old, new) != "test-reads-property":
            continue
        paths = properties_met(pair, old, new)
        named = " and ".join(f"`{name}`" for _, name in paths)
        values = [f"`{path[1]}` is {limit_to_machine(pair.new.schema, path)}" for path in paths]
        yield make_edit(
            pair,
            old,
            new,
            f"`{new.name}` was there {describe_conditions(old.condition)}, and is"
            f" {describe_conditions(new.condition)}, which reads the property {named}",
            moves=True,
            help="see that both ends of a machine type agree: " + "; ".join(values),
            remedies=restore_type(old, new),
        )


@FAMILY.rule("test-reads-destination-only", mirror="test-removed")
def test_reads_destination_only(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if find_test_changes(pair, old, new) == "test-reads-destination-only":
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` was there {describe_conditions(old.condition)}, and something"
                " outside of the schema decides now",
                moves=True,
                help="send before it what it hangs on, and say `if` that",
                remedies=restore_type(old, new),
            )
