"""Fields and unused bytes: added, removed, replaced, reordered, renamed, split and grouped."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.field_changes import ChangeKind, FieldChange, measure_members
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.fields import (
    declare_formerly,
    keep_as_unused,
    move_into_subsection,
    resize_unused,
    restore_order,
    restore_type,
)
from vmsdl.diff.fixes.text_edits import list_names, replace_text
from vmsdl.diff.matching.order import find_longest_increasing
from vmsdl.diff.report import ProposedFix
from vmsdl.diff.rules.cancelling import find_cancelled
from vmsdl.diff.rules.removal import Removal, classify_removal
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.diff.rules.splits import find_merge_edits, find_resizing_edits, find_split_edits
from vmsdl.diff.rules.unused_bytes import (
    describe_unused,
    find_fields,
    find_kept_unused,
    has_same_bytes,
)
from vmsdl.diff.rules.versions import depends_on_new_version
from vmsdl.expr.nodes import Extern
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Field, Unused

FAMILY = Family("fields")


@FAMILY.rule("balanced-edit", mirror=SELF)
def balanced_edit(pair: Pair) -> Iterator[Edit]:
    yield from find_cancelled(pair, is_always=True)


@FAMILY.rule("balanced-under-condition", mirror=SELF)
def balanced_under_condition(pair: Pair) -> Iterator[Edit]:
    yield from find_cancelled(pair, is_always=False)


@FAMILY.rule("field-added-ungated", mirror="field-removed")
def field_added_ungated(pair: Pair) -> Iterator[Edit]:
    for new in pair.added_fields:
        if not new.since and new.condition is None:
            yield make_edit(
                pair,
                None,
                new,
                f"field `{new.name}` was added without `since` or `if`",
                shifts=True,
                help="move it into a subsection with a `needed` condition",
                fixes=move_into_subsection(pair, new),
            )


@FAMILY.rule("field-added-tested", mirror="field-removed")
def field_added_tested(pair: Pair) -> Iterator[Edit]:
    for new in pair.added_fields:
        if not new.since and new.condition is not None:
            test = "extern" if isinstance(new.condition, Extern) else unparse(new.condition)
            yield make_edit(
                pair,
                None,
                new,
                f"field `{new.name}` was added with presence condition `{test}`",
                shifts=True,
                changes_version=depends_on_new_version(pair, new),
                help=(
                    "move it into a subsection, unless the condition is never true in older"
                    " programs"
                ),
            )


@FAMILY.rule("field-added-gated", mirror="field-removed-bumped-only")
def field_added_gated(pair: Pair) -> Iterator[Edit]:
    for new in pair.added_fields:
        before, after = pair.old.description.version_id, pair.new.description.version_id
        if pair.is_versioned and before < new.since <= after:
            yield make_edit(
                pair,
                None,
                new,
                f"field `{new.name}` was added with `since {new.since}`",
                changes_version=True,
                help="use a subsection with `needed` instead: it keeps rollback possible",
                fixes=move_into_subsection(pair, new, version=before),
            )


@FAMILY.rule("field-added-gate-unreached", mirror="unreached-field-removed")
def field_added_gate_unreached(pair: Pair) -> Iterator[Edit]:
    version = pair.new.description.version_id
    for new in pair.added_fields:
        if new.since > version:
            yield make_edit(
                pair,
                None,
                new,
                f"field `{new.name}` was added with `since {new.since}`, above version {version}: "
                "it is never sent",
                help="raise the version to the gate, or move the field into a subsection",
            )


@FAMILY.rule("field-added-gate-already-released", mirror="field-removed")
def field_added_gate_already_released(pair: Pair) -> Iterator[Edit]:
    for new in pair.added_fields:
        before = pair.old.description.version_id
        if 0 < new.since <= min(before, pair.new.description.version_id):
            yield make_edit(
                pair,
                None,
                new,
                f"field `{new.name}` was added with `since {new.since}`, but version {before} was "
                "released without it",
                shifts=True,
                help="raise the version and the gate, or move the field into a subsection",
                fixes=move_into_subsection(pair, new),
            )


@FAMILY.rule("field-removed", mirror="field-added-ungated")
def field_removed(pair: Pair) -> Iterator[Edit]:
    for old in pair.removed_fields:
        if classify_removal(pair, old) is Removal.PLAIN:
            yield make_edit(
                pair,
                old,
                None,
                f"field `{old.name}` was removed",
                shifts=True,
                help="keep its bytes with `unused[…];`",
                fixes=keep_as_unused(pair, old),
            )


@FAMILY.rule("field-removed-clean-break", mirror="version-lowered")
def field_removed_clean_break(pair: Pair) -> Iterator[Edit]:
    before, after = pair.old.description, pair.new.description
    for old in pair.removed_fields:
        if classify_removal(pair, old) is Removal.CLEAN_BREAK:
            minimum = after.minimum_version_id
            yield make_edit(
                pair,
                old,
                None,
                f"field `{old.name}` was removed, and versions before {minimum} are no longer"
                " accepted",
                changes_version=True,
                help=(
                    "keep its bytes as `unused` and restore the old version: then both directions"
                    " work"
                ),
                fixes=keep_as_unused(
                    pair, old, version=(before.version_id, before.minimum_version_id)
                ),
            )


@FAMILY.rule("field-removed-bumped-only", mirror="field-added-ungated")
def field_removed_bumped_only(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    for old in pair.removed_fields:
        if classify_removal(pair, old) is Removal.VERSIONED:
            is_raised = other.version_id > one.version_id
            yield make_edit(
                pair,
                old,
                None,
                f"field `{old.name}` was removed, and the version changed from {one.version_id} to "
                f"{other.version_id}",
                shifts=is_raised,
                changes_version=True,
                help="keep its bytes with `unused[…];` and restore the old version",
                fixes=keep_as_unused(pair, old, version=(one.version_id, one.minimum_version_id)),
            )


@FAMILY.rule("unreached-field-removed", mirror="field-added-gate-unreached")
def unreached_field_removed(pair: Pair) -> Iterator[Edit]:
    for old in pair.removed_fields:
        if classify_removal(pair, old) is Removal.UNREACHED:
            yield make_edit(
                pair, old, None, f"field `{old.name}` was removed, but it was in no stream"
            )


@FAMILY.rule("field-to-unused", mirror="unused-to-field")
def field_to_unused(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.TO_UNUSED):
        if has_same_bytes(pair, change):
            fields = find_fields(change.old)
            yield make_edit(
                pair,
                change.old,
                change.new,
                f"{list_names(fields)} changed to {describe_unused(change.new)}",
                help="safe only if 0 is acceptable to older programs",
                fixes=restore_type(change.old[0], change.new[0]) if len(change.old) == 1 else (),
            )


@FAMILY.rule("field-to-unused-other-width", mirror="unused-to-field-other-width")
def field_to_unused_other_width(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.TO_UNUSED):
        if not has_same_bytes(pair, change):
            fields = find_fields(change.old)
            yield make_edit(
                pair,
                change.old,
                change.new,
                f"{list_names(fields)} changed to {describe_unused(change.new)}, which has a"
                " different width or gate",
                shifts=True,
                help="keep the number of bytes and the gate",
                fixes=resize_unused(pair, fields[0], change.new[0]),
            )


@FAMILY.rule("unused-to-field", mirror="field-to-unused")
def unused_to_field(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.FROM_UNUSED):
        if has_same_bytes(pair, change):
            yield make_edit(
                pair,
                change.old,
                change.new,
                f"{describe_unused(change.old)} changed to {list_names(find_fields(change.new))}",
                help="older programs send 0 here, and skip the value that they receive",
                fixes=_leave_unused(pair, change),
            )


def _leave_unused(pair: Pair, change: FieldChange) -> Iterator[ProposedFix]:
    """Move the field into a subsection, and leave its bytes unused."""
    fields = find_fields(change.new)
    if len(fields) == 1:
        width = measure_members(fields, pair.new.schema)
        yield from move_into_subsection(pair, fields[0], left=f"unused[{width}];")


@FAMILY.rule("unused-to-field-other-width", mirror="field-to-unused-other-width")
def unused_to_field_other_width(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.FROM_UNUSED):
        if not has_same_bytes(pair, change):
            fields = find_fields(change.new)
            before = describe_unused(change.old)
            yield make_edit(
                pair,
                change.old,
                change.new,
                f"{before} changed to {list_names(fields)}, which has a different width or gate",
                shifts=True,
                help="use the existing bytes, and keep the rest as `unused`",
                fixes=move_into_subsection(pair, fields[0], left=change.old[0].span.text),
            )


@FAMILY.rule("unused-resized", mirror=SELF)
def unused_resized(pair: Pair) -> Iterator[Edit]:
    for old, new in find_kept_unused(pair):
        if unparse(old.length) != unparse(new.length):
            yield make_edit(
                pair,
                old,
                new,
                f"{describe_unused([old])} changed to {describe_unused([new])}",
                shifts=True,
                help="keep the number of bytes",
                fixes=restore_type(old, new),
            )


@FAMILY.rule("unused-added", mirror="unused-removed")
def unused_added(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.ADDED):
        for unused in change.new:
            if isinstance(unused, Unused):
                yield make_edit(
                    pair,
                    None,
                    unused,
                    f"{describe_unused([unused])} was added",
                    shifts=True,
                    changes_version=depends_on_new_version(pair, unused),
                    help="do not reserve bytes: put later fields into a subsection",
                    fixes=replace_text("remove the unused bytes", unused.span, ""),
                )


@FAMILY.rule("unused-removed", mirror="unused-added")
def unused_removed(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.REMOVED):
        for unused in change.old:
            if isinstance(unused, Unused):
                yield make_edit(
                    pair,
                    unused,
                    None,
                    f"{describe_unused([unused])} was removed",
                    shifts=True,
                    help="keep the unused bytes",
                    fixes=keep_as_unused(pair, unused),
                )


@FAMILY.rule("unused-changed", mirror=SELF)
def unused_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_kept_unused(pair):
        is_same = unparse(old.length) == unparse(new.length)
        if is_same and (old.since, old.condition) != (new.since, new.condition):
            yield make_edit(
                pair,
                old,
                new,
                f"{describe_unused([old])} changed to {describe_unused([new])}",
                shifts=True,
                changes_version=old.since != new.since and depends_on_new_version(pair, new),
                help="restore the old gate and the old condition",
                fixes=restore_type(old, new),
            )


@FAMILY.rule("fields-reordered", mirror=SELF)
def fields_reordered(pair: Pair) -> Iterator[Edit]:
    kept = pair.kept_fields
    places = {old.name: i for i, old in enumerate(pair.old.description.fields)}
    order = [places[old.name] for old, _ in kept]
    in_order = find_longest_increasing(order)
    moved = [i for i, place in enumerate(order) if place not in in_order]
    if moved:
        news = tuple(kept[i][1] for i in moved)
        yield make_edit(
            pair,
            tuple(kept[i][0] for i in moved),
            news,
            f"{list_names(news)} {'was' if len(news) == 1 else 'were'} moved; the order of fields"
            " changed",
            shifts=True,
            help="do not move released fields",
            fixes=restore_order([new for _, new in kept], order),
        )


@FAMILY.rule("field-renamed", mirror=SELF)
def field_renamed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_fields:
        if old.name != new.name:
            yield make_edit(pair, old, new, f"field `{old.name}` was renamed to `{new.name}`")


@FAMILY.rule("field-replaced-same-width", mirror=SELF)
def field_replaced_same_width(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.REPLACED):
        if len(change.old) > 1 or len(change.new) > 1:
            continue  # `field-split`, `fields-merged`
        old, new = change.old[0], change.new[0]
        assert isinstance(old, Field)
        assert isinstance(new, Field)
        yield make_edit(
            pair,
            old,
            new,
            f"`{new.name}` replaces `{old.name}` with the same width, without `formerly`",
            shifts=True,
            help=(
                f"write `formerly {old.name}` if it is a rename; otherwise keep `unused` bytes in"
                " its place"
            ),
            fixes=declare_formerly([new], [old]),
        )


@FAMILY.rule("field-split", mirror="fields-merged")
def field_split(pair: Pair) -> Iterator[Edit]:
    yield from find_split_edits(pair, is_array=False)
    yield from find_resizing_edits(pair, is_split=True)


@FAMILY.rule("fields-merged", mirror="field-split")
def fields_merged(pair: Pair) -> Iterator[Edit]:
    yield from find_merge_edits(pair, is_array=False)
    yield from find_resizing_edits(pair, is_split=False)


@FAMILY.rule("struct-inlined", mirror="fields-grouped")
def struct_inlined(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.INLINED):
        structs = list_names(find_fields(change.old))
        message = f"{structs} was replaced by its fields, in the same place"
        yield make_edit(pair, change.old, change.new, message)


@FAMILY.rule("fields-grouped", mirror="struct-inlined")
def fields_grouped(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.GROUPED):
        structs = list_names(find_fields(change.new))
        message = f"fields were grouped into {structs}, in the same place"
        yield make_edit(pair, change.old, change.new, message)
