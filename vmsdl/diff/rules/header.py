"""The header of a section or struct: its names, its versions, and when the section is sent."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.devices import read_qom_names
from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.headers import drop_needed, set_version, widen_needed
from vmsdl.diff.layout.settings import MachinePair
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import analyze_migration
from vmsdl.diff.report import ProposedFix
from vmsdl.diff.rules.conditions import RELATION_WORDS, describe_condition, find_relation
from vmsdl.diff.rules.removal import Removal, classify_removal
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.diff.rules.versions import has_gates, has_reason_for_version, has_removed_fields
from vmsdl.diff.verdict import Verdict
from vmsdl.schema.description import Description

FAMILY = Family("header")


@FAMILY.rule("type-renamed-wire-same", mirror=SELF)
def type_renamed_wire_same(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    if old.wire_name != new.wire_name:
        return
    before, after = read_qom_names(old), read_qom_names(new)
    if old.name != new.name:
        yield make_edit(pair, old, new, f"`{old.name}` was renamed to `{new.name}` in the schema")
    elif before - after and after - before:
        names = [", ".join(f"`{name}`" for name in sorted(each)) for each in (before, after)]
        yield make_edit(pair, old, new, f"QOM type changed from {names[0]} to {names[1]}")


@FAMILY.rule("top-level-needed-added", mirror="top-level-needed-removed")
def top_level_needed_added(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    if pair.is_top and old.needed is None and new.needed is not None:
        yield make_edit(
            pair,
            old,
            new,
            "`needed` was added to the section: it is no longer always sent",
            shifts=True,
            help="make the condition true whenever a field is not at its reset value",
            fixes=drop_needed(new),
        )


@FAMILY.rule("top-level-needed-removed", mirror="top-level-needed-added")
def top_level_needed_removed(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    if pair.is_top and old.needed is not None and new.needed is None:
        yield make_edit(
            pair,
            old,
            new,
            "`needed` was removed from the section: it is always sent",
            shifts=True,
            help="keep the condition as long as programs exist that do not know the section",
        )


@FAMILY.rule("top-level-needed-changed", mirror=SELF)
def top_level_needed_changed(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    if pair.is_top and None not in (old.needed, new.needed) and old.needed != new.needed:
        relation = find_relation(pair, pair.scope, old.needed, new.needed)
        yield make_edit(
            pair,
            old,
            new,
            f"`needed` of the section changed from {describe_condition(old.needed)} to "
            f"{describe_condition(new.needed)}: {RELATION_WORDS[relation]}",
            shifts=True,
            help="send it in every case in which it was sent before",
            fixes=widen_needed(old, new),
        )


@FAMILY.rule("version-bump-only", mirror="version-lowered")
def version_bump_only(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    is_read = new.minimum_version_id <= old.version_id
    is_raised = pair.is_top and old.version_id < new.version_id
    if is_raised and is_read and not has_reason_for_version(pair):
        yield make_edit(
            pair,
            old,
            new,
            f"version changed from {old.version_id} to {new.version_id}, but no field requires it",
            changes_version=True,
            help="restore the old version number: the bump has no benefit and prevents rollback",
            fixes=set_version(new, old.version_id, new.minimum_version_id),
        )


@FAMILY.rule("version-lowered", mirror="version-bump-only")
def version_lowered(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    removals = [classify_removal(pair, field) for field in pair.removed_fields]
    is_lowered = pair.is_top and new.version_id < old.version_id
    if is_lowered and Removal.VERSIONED not in removals:  # those report the version as well
        yield make_edit(
            pair,
            old,
            new,
            f"version changed from {old.version_id} to {new.version_id}",
            changes_version=True,
            help="restore the old number: a version must never decrease",
            fixes=set_version(new, old.version_id, new.minimum_version_id),
        )


@FAMILY.rule("instances-changed", mirror=SELF)
def instances_changed(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    if pair.is_top and old.instances != new.instances:
        before, after = describe_instances(old), describe_instances(new)
        yield make_edit(
            pair,
            old,
            new,
            f"instance ids changed from {before} to {after}",
            changes_version=True,
            help="keep the old ones as aliases: `instance 0 alias 0x40`",
        )


def _format_id(number: int) -> str:
    return str(number) if number < 10 else f"{number:#x}"


def describe_instances(body: Description) -> str:
    """The instance ids of a device, for a sentence."""
    listed = [
        _format_id(each.number) + ("" if each.alias is None else f" alias {_format_id(each.alias)}")
        for each in body.instances
    ]
    return f"`{', '.join(listed)}`" if listed else "any"


@FAMILY.rule("minimum-raised-covered", mirror="minimum-lowered-covered")
def minimum_raised_covered(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    before, after = old.minimum_version_id, new.minimum_version_id
    if pair.is_top and before < after <= old.version_id:
        gone = f"version {before}" if before == after - 1 else f"versions {before} to {after - 1}"
        yield make_edit(
            pair,
            old,
            new,
            f"minimum version changed from {before} to {after}: streams of {gone} are no "
            "longer accepted",
            help="compare with all releases to see which of them wrote such streams",
        )


@FAMILY.rule("minimum-raised-beyond-old", mirror="version-lowered")
def minimum_raised_beyond_old(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    before, after = old.minimum_version_id, new.minimum_version_id
    if pair.is_top and after > old.version_id and not has_removed_fields(pair):
        yield make_edit(
            pair,
            old,
            new,
            f"minimum version changed from {before} to {after}, above the old version "
            f"{old.version_id}",
            changes_version=True,
            help="write the oldest version whose streams can still be loaded as the minimum",
            fixes=accept_old_versions(pair),
        )


@FAMILY.rule("minimum-lowered-uncovered", mirror="minimum-raised-covered")
def minimum_lowered_uncovered(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    before, after = old.minimum_version_id, new.minimum_version_id
    if _is_minimum_lowered(pair) and not has_gates(pair, after, before):
        yield make_edit(
            pair,
            old,
            new,
            f"minimum version changed from {before} to {after}, but layouts before version {before}"
            " are not described",
            help="add `since` to each field that older streams lack, or restore the minimum",
        )


@FAMILY.rule("minimum-lowered-covered", mirror="minimum-raised-covered")
def minimum_lowered_covered(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    before, after = old.minimum_version_id, new.minimum_version_id
    if _is_minimum_lowered(pair) and has_gates(pair, after, before):
        yield make_edit(
            pair,
            old,
            new,
            f"minimum version changed from {before} to {after}: older streams are now accepted",
            help="test it with a stream of such a version",
        )


def accept_old_versions(pair: Pair) -> Iterator[ProposedFix]:
    """Set the minimum to the oldest version that the new layout loads, as the old one wrote it."""
    old, new = pair.bodies
    accepting = Side(pair.new.schema, replace(new, minimum_version_id=old.minimum_version_id))
    lowest: int | None = None
    oldest = max(old.minimum_version_id, old.version_id - _MOST_VERSIONS)
    for version in range(old.version_id, oldest - 1, -1):
        writer = Side(pair.old.schema, replace(old, version_id=version))
        found = analyze_migration(writer, accepting, MachinePair(), sender_is_old=True)
        if found.verdict not in (Verdict.OK, Verdict.CONDITIONAL):
            break
        lowest = version
    if lowest is not None:
        yield from set_version(new, new.version_id, lowest)


_MOST_VERSIONS = 8  # that are tried


def _is_minimum_lowered(pair: Pair) -> bool:
    """The minimum is lower than it was, and that is not because the version is."""
    old, new = pair.bodies
    minimum = old.minimum_version_id
    return pair.is_top and new.minimum_version_id < minimum <= new.version_id


@FAMILY.rule("unmigratable-set", mirror="unmigratable-cleared")
def unmigratable_set(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    if new.unmigratable and not old.unmigratable:
        yield make_edit(pair, old, new, "it can no longer be migrated", changes_version=True)


@FAMILY.rule("unmigratable-cleared", mirror="unmigratable-set")
def unmigratable_cleared(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    if old.unmigratable and not new.unmigratable:
        yield make_edit(pair, old, new, "it can now be migrated", changes_version=True)
