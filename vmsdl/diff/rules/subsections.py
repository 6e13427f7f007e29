"""Subsections: added, removed and renamed; when they are sent; what moved; their versions."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.field_changes import ChangeKind
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.fields import keep_as_unused, restore_type
from vmsdl.diff.fixes.headers import set_version
from vmsdl.diff.fixes.subsections import (
    gate_by_new_version,
    keep_unsent,
    need_in_both,
    need_where_different,
    restore_name,
    restore_needed,
)
from vmsdl.diff.matching.moves import Move
from vmsdl.diff.rules.conditions import describe_condition
from vmsdl.diff.rules.needed import NeededChange, NeededRule, is_always_sent
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Description, Field, Role
from vmsdl.schema.sizes import measure_type

FAMILY = Family("subsections")


@FAMILY.rule("subsection-added-needed", mirror="subsection-removed")
def subsection_added_needed(pair: Pair) -> Iterator[Edit]:
    for new in _find_added(pair):
        if not is_always_sent(new):
            condition = describe_condition(new.needed)
            message = f"subsection `{new.name}` was added, sent if {condition}"
            yield make_edit(pair, None, new, message)


@FAMILY.rule("subsection-added-unconditional", mirror="subsection-removed")
def subsection_added_unconditional(pair: Pair) -> Iterator[Edit]:
    for new in _find_added(pair):
        if is_always_sent(new):
            yield make_edit(
                pair,
                None,
                new,
                f"subsection `{new.name}` was added, always sent",
                help=(
                    "add a `needed` that is false where older programs do not require the"
                    " subsection"
                ),
                fixes=need_where_different(pair.new.schema, new),
            )


def _find_added(pair: Pair) -> Iterator[Description]:
    """Those of a struct are `nested-gains-subsection`; those of moved fields are moves."""
    for new in pair.added_subsections:
        if not pair.is_embedded and not pair.has_only_moved_fields(new):
            yield new


@FAMILY.rule("subsection-removed", mirror="subsection-added-needed")
def subsection_removed(pair: Pair) -> Iterator[Edit]:
    for old in pair.removed_subsections:
        if not pair.is_embedded and not pair.has_only_moved_fields(old):
            yield make_edit(
                pair,
                old,
                None,
                f"subsection `{old.name}` was removed",
                help="keep it, but never send it: `needed false`",
                fixes=keep_unsent(pair, old),
            )


@FAMILY.rule("subsection-renamed", mirror=SELF)
def subsection_renamed(pair: Pair) -> Iterator[Edit]:
    before, after = pair.bodies
    if before.wire_name != after.wire_name:
        return  # `parent-renamed-with-subsections`
    for old, new in pair.renamed_subsections:
        yield make_edit(
            pair,
            old,
            new,
            f'wire name of the subsection changed from "{old.wire_name}" to "{new.wire_name}"',
            help=f'keep the old wire name: `as "{old.wire_name}"`',
            fixes=restore_name(old, new),
        )


FAMILY.add_rows(
    NeededRule(
        "needed-widened",
        "needed-narrowed",
        NeededChange.WIDENED,
        "`needed` of subsection `{name}` changed from {old} to {new}: sent in more cases, which"
        " releases without it refuse",
        "check that releases without it do not have to load the added cases",
    ),
    NeededRule(
        "needed-narrowed",
        "needed-widened",
        NeededChange.NARROWED,
        "`needed` of subsection `{name}` changed from {old} to {new}: sent in fewer cases",
        "make `needed` true whenever a field is not at its reset value",
        restore_needed,
    ),
    NeededRule(
        "needed-incomparable",
        SELF,
        NeededChange.INCOMPARABLE,
        "`needed` of subsection `{name}` changed from {old} to {new}",
        "send it in the old cases and in the new cases",
        need_in_both,
    ),
    NeededRule(
        "needed-dropped",
        "needed-narrowed",
        NeededChange.DROPPED,
        "`needed` of subsection `{name}` changed from {old} to {new}: always sent, and releases"
        " without it refuse every stream",
        "restore the condition if a release without the subsection must load streams",
    ),
    NeededRule(
        "needed-guarded-by-property",
        "needed-widened",
        NeededChange.GUARDED,
        "`needed` of subsection `{name}` changed from {old} to {new}",
        "check that guests on those machine types do not require it: {guards}",
    ),
    NeededRule(
        "needed-reads-unsaved-state",
        "needed-changed",
        NeededChange.READS_UNSAVED,
        "`needed` of subsection `{name}` changed from {old} to {new}, and depends on {unsaved},"
        " which is not in the stream",
        "use only fields, or properties that machine types set, in `needed`",
        restore_needed,
    ),
    NeededRule(
        "needed-changed",
        SELF,
        NeededChange.CHANGED,
        "`needed` of subsection `{name}` changed from {old} to {new}: {relation}",
    ),
)


@FAMILY.rule("omission-default-changed", mirror=SELF)
def omission_default_changed(pair: Pair) -> Iterator[Edit]:
    body = pair.new.description
    if body.role is not Role.SUBSECTION:
        return
    for old, new in pair.kept_fields:
        if old.default != new.default and not new.since and new.condition is None:
            before, after = _describe_default(old), _describe_default(new)
            yield make_edit(
                pair,
                old,
                new,
                f"default of `{new.name}` changed from {before} to {after}, which is used when "
                f"`{body.name}` is not sent",
                help="keep the default, and set the field where the device is created",
                fixes=restore_type(old, new),
            )


def _describe_default(field: Field) -> str:
    return "zero" if field.default is None else unparse(field.default)


@FAMILY.rule("field-moved-into-subsection", mirror="field-moved-out-of-subsection")
def field_moved_into_subsection(pair: Pair) -> Iterator[Edit]:
    for move in pair.moves:
        if move.old_owner is pair.old.description:
            message = f"field `{move.old.name}` was moved into subsection `{move.new_owner.name}`"
            edit = _make_move_edit(pair, move, message, "keep `unused[…];` in its old place")
            yield replace(edit, fixes=tuple(keep_as_unused(pair, move.old)))


@FAMILY.rule("field-moved-out-of-subsection", mirror="field-moved-into-subsection")
def field_moved_out_of_subsection(pair: Pair) -> Iterator[Edit]:
    for move in pair.moves:
        if move.new_owner is pair.new.description:
            message = f"field `{move.new.name}` was moved out of subsection `{move.old_owner.name}`"
            yield _make_move_edit(pair, move, message, "keep it in the subsection")


@FAMILY.rule("field-moved-between-subsections", mirror=SELF)
def field_moved_between_subsections(pair: Pair) -> Iterator[Edit]:
    before, after = pair.bodies
    for move in pair.moves:
        if move.old_owner is not before and move.new_owner is not after:
            message = (
                f"field `{move.new.name}` was moved from subsection `{move.old_owner.name}` to "
                f"`{move.new_owner.name}`"
            )
            yield _make_move_edit(pair, move, message, "keep it in the old subsection")


def _make_move_edit(pair: Pair, move: Move, message: str, help: str) -> Edit:
    """The paths of the edit name the subsections that the field was in, and is in."""
    before, after = pair.bodies
    old_owner = () if move.old_owner is before else (move.old_owner.name,)
    new_owner = () if move.new_owner is after else (move.new_owner.name,)
    path = (*pair.new_path, *new_owner, move.new.name)
    edit = make_edit(pair, move.old, move.new, message, shifts=True, help=help)
    old_path = (*pair.old_path, *old_owner, move.old.name)
    return replace(edit, path=path, old_paths=(old_path,), new_paths=(path,))


@FAMILY.rule("subsection-version-bumped", mirror="subsection-version-lowered")
def subsection_version_bumped(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_subsections:
        if new.minimum_version_id <= old.version_id < new.version_id:
            gated = [f"`{field.name}`" for field in new.fields if old.version_id < field.since]
            why = " for " + " and ".join(gated) if gated else ", but no field requires it"
            yield make_edit(
                pair,
                old,
                new,
                f"version of subsection `{new.name}` changed from {old.version_id} to "
                f"{new.version_id}{why}",
                help=(
                    "use a separate subsection for new fields: then rollback works in more cases"
                    if gated
                    else (
                        "restore the old version number: the bump has no benefit and prevents"
                        " rollback"
                    )
                ),
                fixes=() if gated else set_version(new, old.version_id, old.minimum_version_id),
            )


@FAMILY.rule("subsection-version-lowered", mirror="subsection-version-bumped")
def subsection_version_lowered(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_subsections:
        if new.version_id < old.version_id:
            yield make_edit(
                pair,
                old,
                new,
                f"version of subsection `{new.name}` changed from {old.version_id} to "
                f"{new.version_id}",
                help="restore the old number: a version must never decrease",
                fixes=set_version(new, old.version_id, old.minimum_version_id),
            )


@FAMILY.rule("subsection-minimum-raised", mirror="subsection-version-lowered")
def subsection_minimum_raised(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_subsections:
        if new.minimum_version_id > old.version_id:
            yield make_edit(
                pair,
                old,
                new,
                f"minimum version of subsection `{new.name}` is now {new.minimum_version_id}, above"
                f" its old version {old.version_id}",
                help="keep the minimum, and use `since` for new fields",
            )


@FAMILY.rule("subsection-version-changed", mirror=SELF)
def subsection_version_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_subsections:
        before, after = old.minimum_version_id, new.minimum_version_id
        if old.version_id == new.version_id and before != after:
            what = "no longer accepted" if after > before else "now accepted"
            low, high = sorted((before, after))
            versions = f"version {low}" if low == high - 1 else f"versions {low} to {high - 1}"
            be = "is" if low == high - 1 else "are"
            yield make_edit(pair, old, new, f"{versions} of subsection `{new.name}` {be} {what}")


@FAMILY.rule("subsection-body-changed-ungated", mirror=SELF)
def subsection_body_changed_ungated(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    if new.role is not Role.SUBSECTION or old.version_id != new.version_id:
        return
    added = [field for field in pair.added_fields if field.since <= new.version_id]
    removed = [field for field in pair.removed_fields if field.since <= old.version_id]
    is_resized = any(_is_resized(pair, *fields) for fields in pair.kept_fields)
    if not added and not removed and not is_resized and not _has_unused_changes(pair):
        return
    can_gate = added and not removed and not is_resized and not any(f.since for f in added)
    yield make_edit(
        pair,
        old,
        new,
        f"length of subsection `{new.name}` changed, but its version is still {new.version_id}",
        shifts=True,
        help="raise its version, keep the minimum, and use `since` for new fields",
        fixes=gate_by_new_version(new, added) if can_gate else (),
    )


def _is_resized(pair: Pair, old: Field, new: Field) -> bool:
    return measure_type(old.type, pair.old.schema) != measure_type(new.type, pair.new.schema)


def _has_unused_changes(pair: Pair) -> bool:
    """Unused bytes were added or removed."""
    return any(
        not isinstance(member, Field)
        for change in pair.find_changes(ChangeKind.ADDED, ChangeKind.REMOVED)
        for member in (*change.old, *change.new)
    )


@FAMILY.rule("subsections-reordered", mirror=SELF)
def subsections_reordered(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    before = [sub.wire_name for sub in old.subsections]
    after = [sub.wire_name for sub in new.subsections]
    shared = [name for name in before if name in after]
    if shared != [name for name in after if name in before]:
        hooked = [sub.name for sub in new.subsections if sub.hooks and sub.wire_name in shared]
        names = ", ".join(f"`{name}`" for name in hooked)
        more = f"; the hooks of {names} run in another order" if hooked else ""
        yield make_edit(
            pair,
            old,
            new,
            f"order of subsections changed, but they are found by name{more}",
            help=(
                "check that no hook depends on data that another subsection loads"
                if hooked
                else None
            ),
        )


@FAMILY.rule("parent-renamed-with-subsections", mirror=SELF)
def parent_renamed_with_subsections(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    renamed = pair.renamed_subsections
    if not pair.is_embedded or old.wire_name == new.wire_name or not renamed:
        return
    edit = make_edit(
        pair,
        old,
        new,
        f'"{old.wire_name}" was renamed to "{new.wire_name}", together with its subsections',
        help=f'keep the old wire name: `as "{old.wire_name}"`',
        fixes=restore_name(old, new),
    )
    yield replace(
        edit,
        is_body=False,
        old_paths=tuple((*pair.old_path, sub.name) for sub, _ in renamed),
        new_paths=tuple((*pair.new_path, sub.name) for _, sub in renamed),
    )


@FAMILY.rule("subsection-hook-only-when-present", mirror=SELF)
def subsection_hook_only_when_present(pair: Pair) -> Iterator[Edit]:
    for move in pair.moved_hooks:
        source, target = (_describe_body(pair, body) for body in (move.source, move.target))
        yield make_edit(
            pair,
            *pair.bodies,
            f"hook `{move.hook.value}` was moved from {source} to {target}: in a subsection it runs"
            " only if the subsection is sent",
            changes_hook=True,
            help="keep code that must run on every load in the body",
        )


def _describe_body(pair: Pair, body: Description) -> str:
    is_own = any(body is own for own in pair.bodies)
    return f"`{body.name}`" if is_own else f"subsection `{body.name}`"
