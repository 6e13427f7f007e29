"""Subsections."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import (
    Edit,
    make_body_edit,
    make_edit,
    make_move_edit,
    make_subsection_edit,
)
from vmsdl.diff.edits.pair import ChangeKind, Pair
from vmsdl.diff.fixes.subsections import (
    gate_by_new_version,
    keep_unsent,
    need_in_both,
    need_where_different,
    restore_name,
    restore_needed,
)
from vmsdl.diff.fixes.text_edits import keep_as_unused, restore_type, set_version
from vmsdl.diff.machines import limit_to_machine
from vmsdl.diff.rules.conditions import WORDS, describe_conditions
from vmsdl.diff.rules.needed import (
    find_guards,
    find_needed_changes,
    find_unsaved_reads,
    is_always,
    sent_now,
)
from vmsdl.diff.rules.rule import Family
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Description, Field, Role
from vmsdl.schema.sizes import measure_type

FAMILY = Family("subsections")


@FAMILY.rule("subsection-added-needed", mirror="subsection-removed")
def subsection_added_needed(pair: Pair) -> Iterator[Edit]:
    for old, new in () if pair.is_embedded else pair.subsections:
        if old is None and new is not None and not is_always(new) and not pair.is_moved(new):
            yield make_subsection_edit(
                pair,
                None,
                new,
                f"subsection `{new.name}` was added, and is sent {describe_conditions(new.needed)}",
            )


@FAMILY.rule("subsection-added-unconditional", mirror="subsection-removed")
def subsection_added_unconditional(pair: Pair) -> Iterator[Edit]:
    for old, new in () if pair.is_embedded else pair.subsections:
        if old is None and new is not None and is_always(new) and not pair.is_moved(new):
            yield make_subsection_edit(
                pair,
                None,
                new,
                f"subsection `{new.name}` was added, and is always sent",
                help="give it a `needed` that is false where older programs can do without",
                remedies=need_where_different(pair, new),
            )


@FAMILY.rule("subsection-removed", mirror="subsection-added-needed")
def subsection_removed(pair: Pair) -> Iterator[Edit]:
    for old, new in () if pair.is_embedded else pair.subsections:
        if old is not None and new is None and not pair.is_moved(old):
            yield make_subsection_edit(
                pair,
                old,
                None,
                f"subsection `{old.name}` was removed",
                help="keep it, and never send it: `needed false`",
                remedies=keep_unsent(pair, old),
            )


@FAMILY.rule("subsection-renamed", mirror="subsection-renamed")
def subsection_renamed(pair: Pair) -> Iterator[Edit]:
    if pair.old.description.wire_name != pair.new.description.wire_name:
        return  # told of the body, which they are called after
    for old, new in pair.renamed:
        yield make_subsection_edit(
            pair,
            old,
            new,
            f'subsection "{old.wire_name}" is called "{new.wire_name}" on the wire now',
            help=f'keep the name on the wire: `as "{old.wire_name}"`',
            remedies=restore_name(old, new),
        )


@FAMILY.rule("needed-widened", mirror="needed-narrowed")
def needed_widened(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if (
            old is not None
            and new is not None
            and find_needed_changes(pair, old, new) == "needed-widened"
        ):
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsection `{new.name}` is sent {describe_conditions(new.needed)}, in more cases"
                " than before: releases without it refuse those too",
                help="see that releases without it need not load the added cases",
            )


@FAMILY.rule("needed-narrowed", mirror="needed-widened")
def needed_narrowed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if (
            old is not None
            and new is not None
            and find_needed_changes(pair, old, new) == "needed-narrowed"
        ):
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsection `{new.name}` is sent {describe_conditions(new.needed)}, in fewer cases"
                " than before",
                help="let `needed` hold wherever a field is not as after reset",
                remedies=restore_needed(old, new),
            )


@FAMILY.rule("needed-incomparable", mirror="needed-incomparable")
def needed_incomparable(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if (
            old is not None
            and new is not None
            and find_needed_changes(pair, old, new) == "needed-incomparable"
        ):
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsection `{new.name}` was sent {describe_conditions(old.needed)}, and is"
                f" {describe_conditions(new.needed)}",
                help="send it in the old cases and in the new ones",
                remedies=need_in_both(old, new),
            )


@FAMILY.rule("needed-dropped", mirror="needed-narrowed")
def needed_dropped(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if (
            old is not None
            and new is not None
            and find_needed_changes(pair, old, new) == "needed-dropped"
        ):
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsection `{new.name}` was sent {describe_conditions(old.needed)}, and always is"
                " now: releases without it refuse every stream",
                help="put the condition back, if any release without it is still to load streams",
            )


@FAMILY.rule("needed-guarded-by-property", mirror="needed-widened")
def needed_guarded_by_property(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if (
            old is None
            or new is None
            or find_needed_changes(pair, old, new) != "needed-guarded-by-property"
        ):
            continue
        paths = find_guards(pair, old, new)
        values = [f"`{path[1]}` is {limit_to_machine(pair.new.schema, path)}" for path in paths]
        yield make_subsection_edit(
            pair,
            old,
            new,
            f"subsection `{new.name}` was sent {describe_conditions(old.needed)}, and is"
            f" {describe_conditions(new.needed)}",
            help="see that guests of those machine types can do without: " + "; ".join(values),
        )


@FAMILY.rule("needed-reads-unsaved-state", mirror="needed-changed")
def needed_reads_unsaved_state(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if (
            old is not None
            and new is not None
            and find_needed_changes(pair, old, new) == "needed-reads-unsaved-state"
        ):
            names = " and ".join(find_unsaved_reads(pair, old, new))
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"whether subsection `{new.name}` is sent hangs on {names}, which no stream holds",
                help="let `needed` read fields, or properties that machine types set",
                remedies=restore_needed(old, new),
            )


@FAMILY.rule("needed-changed", mirror="needed-changed")
def needed_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if (
            old is not None
            and new is not None
            and find_needed_changes(pair, old, new) == "needed-changed"
        ):
            how = WORDS[sent_now(pair, old, new)]
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsection `{new.name}` is sent {how}: {describe_conditions(new.needed)}",
            )


@FAMILY.rule("omission-default-changed", mirror="omission-default-changed")
def omission_default_changed(pair: Pair) -> Iterator[Edit]:
    body = pair.new.description
    if body.role is not Role.SUBSECTION:
        return
    for old, new in pair.kept:
        if old.default != new.default and not new.since and new.condition is None:
            yield make_edit(
                pair,
                old,
                new,
                f"`{new.name}` is {_said(new)} where `{body.name}` is not sent, and was "
                f"{_said(old)}",
                help="leave the default, and set the field where the device is made",
                remedies=restore_type(old, new),
            )


def _said(field: Field) -> str:
    return "zero" if field.default is None else unparse(field.default)


@FAMILY.rule("field-moved-into-subsection", mirror="field-moved-out-of-subsection")
def field_moved_into_subsection(pair: Pair) -> Iterator[Edit]:
    for move in pair.moves:
        if move.old_owner is pair.old.description:
            yield make_move_edit(
                pair,
                move,
                f"`{move.old.name}` went into subsection `{move.new_owner.name}`",
                help="leave `unused[…];` where it stood",
                remedies=keep_as_unused(pair, move.old),
            )


@FAMILY.rule("field-moved-out-of-subsection", mirror="field-moved-into-subsection")
def field_moved_out_of_subsection(pair: Pair) -> Iterator[Edit]:
    for move in pair.moves:
        if move.new_owner is pair.new.description:
            yield make_move_edit(
                pair,
                move,
                f"`{move.new.name}` went out of subsection `{move.old_owner.name}`",
                help="leave it in the subsection",
            )


@FAMILY.rule("field-moved-between-subsections", mirror="field-moved-between-subsections")
def field_moved_between_subsections(pair: Pair) -> Iterator[Edit]:
    bodies = (pair.old.description, pair.new.description)
    for move in pair.moves:
        if move.old_owner is not bodies[0] and move.new_owner is not bodies[1]:
            yield make_move_edit(
                pair,
                move,
                f"`{move.new.name}` went from subsection `{move.old_owner.name}` to "
                f"`{move.new_owner.name}`",
                help="leave it in the subsection that it was in",
            )


@FAMILY.rule("subsection-version-bumped", mirror="subsection-version-lowered")
def subsection_version_bumped(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is None or new is None or new.minimum_version_id > old.version_id:
            continue
        if new.version_id > old.version_id:
            asked = [f"`{f.name}`" for f in new.fields if old.version_id < f.since]
            why = " for " + " and ".join(asked) if asked else ", and no field asks for it"
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsection `{new.name}` was version {old.version_id}, and is {new.version_id}"
                f"{why}",
                help=(
                    "a subsection of its own for what is new leaves more ways back"
                    if asked
                    else "a bump buys nothing, and costs the way back: take the number back"
                ),
                remedies=() if asked else set_version(new, old.version_id, old.minimum_version_id),
            )


@FAMILY.rule("subsection-version-lowered", mirror="subsection-version-bumped")
def subsection_version_lowered(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is not None and new is not None and new.version_id < old.version_id:
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsection `{new.name}` was version {old.version_id}, and is {new.version_id}",
                help="versions only grow: keep the number",
                remedies=set_version(new, old.version_id, old.minimum_version_id),
            )


@FAMILY.rule("subsection-minimum-raised", mirror="subsection-version-lowered")
def subsection_minimum_raised(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is not None and new is not None and new.minimum_version_id > old.version_id:
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsection `{new.name}` is read from version {new.minimum_version_id} on, and "
                f"was version {old.version_id}",
                help="keep the minimum, and gate what is new with `since`",
            )


@FAMILY.rule("subsection-version-changed", mirror="subsection-version-changed")
def subsection_version_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if old is None or new is None or old.version_id != new.version_id:
            continue
        before, after = old.minimum_version_id, new.minimum_version_id
        if before != after:
            what = "are cut off" if after > before else "are let in"
            low, high = sorted((before, after))
            versions = f"version {low}" if low == high - 1 else f"versions {low} to {high - 1}"
            yield make_subsection_edit(
                pair,
                old,
                new,
                f"subsections `{new.name}` of {versions} {what}",
            )


@FAMILY.rule("subsection-body-changed-ungated", mirror="subsection-body-changed-ungated")
def subsection_body_changed_ungated(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if other.role is not Role.SUBSECTION or one.version_id != other.version_id:
        return
    added = [field for field in pair.added if field.since <= other.version_id]
    gone = [field for field in pair.removed if field.since <= one.version_id]
    resized = [new for old, new in pair.kept if _is_resized(pair, old, new)]
    if not added and not gone and not resized and not _gaps(pair):
        return
    is_mended = not gone and not resized and not any(field.since for field in added)
    yield make_body_edit(
        pair,
        f"subsection `{other.name}` has another length, and is still version {other.version_id}",
        moves=True,
        help="raise its version, keep the minimum, and gate what is new with `since`",
        remedies=gate_by_new_version(other, added) if added and is_mended else (),
    )


def _is_resized(pair: Pair, old: Field, new: Field) -> bool:
    return measure_type(old.type, pair.old.schema) != measure_type(new.type, pair.new.schema)


def _gaps(pair: Pair) -> bool:
    return any(
        not isinstance(piece, Field)
        for change in pair.changed(ChangeKind.ADDED, ChangeKind.REMOVED)
        for piece in (*change.old, *change.new)
    )


@FAMILY.rule("subsections-reordered", mirror="subsections-reordered")
def subsections_reordered(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before = [sub.wire_name for sub in one.subsections]
    after = [sub.wire_name for sub in other.subsections]
    shared = [name for name in before if name in after]
    if shared != [name for name in after if name in before]:
        hooked = [sub.name for sub in other.subsections if sub.hooks and sub.wire_name in shared]
        names = ", ".join(f"`{name}`" for name in hooked)
        more = f"; the hooks of {names} run in another order" if hooked else ""
        yield make_body_edit(
            pair,
            f"subsections stand in another order, and are found by name{more}",
            help="see that no hook needs what another subsection has loaded" if hooked else None,
        )


@FAMILY.rule("parent-renamed-with-subsections", mirror="parent-renamed-with-subsections")
def parent_renamed_with_subsections(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    if not pair.is_embedded or one.wire_name == other.wire_name or not pair.renamed:
        return
    edit = make_body_edit(
        pair,
        f'"{one.wire_name}" is called "{other.wire_name}" now, and so are its subsections',
        help=f'keep the name on the wire: `as "{one.wire_name}"`',
        remedies=restore_name(one, other),
    )
    yield replace(
        edit,
        is_body=False,
        old_keys=tuple((*pair.old_path, old.name) for old, _ in pair.renamed),
        new_keys=tuple((*pair.new_path, new.name) for _, new in pair.renamed),
    )


@FAMILY.rule("subsection-hook-only-when-present", mirror="subsection-hook-only-when-present")
def subsection_hook_only_when_present(pair: Pair) -> Iterator[Edit]:
    for move in pair.moved_hooks:
        yield make_body_edit(
            pair,
            f"the hook `{move.hook.value}` went from"
            f" {_said_of_subsection_hook_only_when_present(pair, move.source)} to"
            f" {_said_of_subsection_hook_only_when_present(pair, move.target)}: in a subsection it"
            " runs only where that is sent",
            help="leave in the body what has to happen on every load",
        )


def _said_of_subsection_hook_only_when_present(pair: Pair, body: Description) -> str:
    is_own = body is pair.old.description or body is pair.new.description
    return f"`{body.name}`" if is_own else f"subsection `{body.name}`"
