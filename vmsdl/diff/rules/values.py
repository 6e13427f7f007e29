"""Values: comparisons with the receiver, constraints, defaults, computed fields, and hooks."""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import ConstraintChange
from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.field_changes import ChangeKind
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import TypeChange
from vmsdl.diff.fixes.fields import keep_as_unused, move_into_subsection, restore_default
from vmsdl.diff.hooks import list_places
from vmsdl.diff.layout.settings import describe_default
from vmsdl.diff.rules.constraint_rules import ConstraintRule
from vmsdl.diff.rules.retyping import TypeRule
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.diff.simulate.reasons import EffectReason
from vmsdl.schema.description import Field, Role

FAMILY = Family("values")

# Reasons of effects of `equal` and `bounded`.
_COMPARED = (EffectReason.NOT_EQUAL, EffectReason.OUT_OF_RANGE)


@FAMILY.rule("equal-added", mirror="equal-dropped")
def equal_added(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_fields:
        if new.equal and not old.equal:
            message = f"`{new.name}` must now equal the receiver's own value"
        elif new.bounded and not old.bounded:
            message = f"`{new.name}` must now be between 0 and the receiver's own value"
        else:
            continue
        advice = "configure the same value on both ends"
        yield make_edit(pair, old, new, message, reasons=_COMPARED, help=advice)


@FAMILY.rule("equal-dropped", mirror="equal-added")
def equal_dropped(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_fields:
        if old.equal and not new.equal:
            message = f"`{new.name}` no longer has to equal the receiver's own value"
        elif old.bounded and not new.bounded:
            message = f"`{new.name}` can now exceed the receiver's own value"
        else:
            continue
        advice = "configure the same value on both ends"
        yield make_edit(pair, old, new, message, reasons=_COMPARED, help=advice)


@FAMILY.rule("equal-constant-changed", mirror=SELF)
def equal_constant_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_fields:
        is_compared = (old.equal and new.equal) or (old.bounded and new.bounded)
        before = describe_default(old, pair.old.schema)
        after = describe_default(new, pair.new.schema)
        if is_compared and before != after:
            yield make_edit(
                pair,
                old,
                new,
                f"the receiver's own `{new.name}` changed from {before} to {after}",
                reasons=_COMPARED,
                help="keep the old value on machine types that older versions know",
                fixes=restore_default(new, before),
            )


FAMILY.add_rows(
    ConstraintRule(
        "bound-lowered",
        "bound-raised",
        ConstraintChange.LOWERED,
        "upper bound of `{name}` {bound}",
        "accept the values that older versions send, and reduce them in `post_load`",
    ),
    ConstraintRule(
        "bound-raised",
        "bound-lowered",
        ConstraintChange.RAISED,
        "upper bound of `{name}` {bound}",
        "keep the old bound on machine types that older programs know",
    ),
    ConstraintRule(
        "validate-added",
        "validate-dropped",
        ConstraintChange.ADDED,
        "check {after} was added",
        "check only conditions that were always true, and correct other values in `post_load`",
    ),
    ConstraintRule(
        "validate-dropped",
        "validate-added",
        ConstraintChange.DROPPED,
        "check {before} was removed",
        "keep the check as long as older programs must load the stream",
    ),
    ConstraintRule(
        "validate-tightened",
        "validate-loosened",
        ConstraintChange.TIGHTENED,
        "check changed from {before} to {after}, which allows less",
        "check only conditions that were always true, and correct other values in `post_load`",
    ),
    ConstraintRule(
        "validate-loosened",
        "validate-tightened",
        ConstraintChange.LOOSENED,
        "check changed from {before} to {after}, which allows more",
        "keep the old check on machine types that older programs know",
    ),
    ConstraintRule(
        "validate-changed",
        SELF,
        ConstraintChange.CHANGED,
        "check changed from {before} to {after}",
        "check only conditions that were always true, and correct other values in `post_load`",
    ),
)
FAMILY.add_elsewhere("save-refused", waiver="without a check, more can be saved than before")
FAMILY.add_rows(
    TypeRule(
        "check-added-in-opaque-codec",
        SELF,
        TypeChange.CODEC,
        "the schema does not show what a codec refuses",
        "describe the fields and checks of the codec in the schema",
        shifts=True,
    ),
)


@FAMILY.rule("gated-default-changed", mirror=SELF)
def gated_default_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept_fields:
        before = describe_default(old, pair.old.schema)
        after = describe_default(new, pair.new.schema)
        is_declared = old.default is not None or new.default is not None
        is_compared = old.equal or old.bounded or new.equal or new.bounded
        if before == after or not is_declared or is_compared:
            continue
        if pair.new.description.role is Role.SUBSECTION and not new.since and not new.condition:
            continue  # `omission-default-changed` reports it
        yield make_edit(
            pair,
            old,
            new,
            f"default of `{new.name}` changed from {before} to {after}, which is used "
            f"{_describe_absence(pair, new)}",
            help="keep the default, and set the field where the device is created",
            fixes=restore_default(new, before),
        )


def _describe_absence(pair: Pair, field: Field) -> str:
    """The streams in which the field is absent, and keeps its default."""
    if field.condition is not None:
        return "when the field is not sent"
    oldest = pair.new.description.minimum_version_id
    if pair.is_versioned and field.since > oldest:
        last = field.since - 1
        which = f"version {last}" if last == oldest else f"versions {oldest} to {last}"
        return f"in streams of {which}"
    return "when nothing is loaded"


@FAMILY.rule("non-migrated-reset-changed", mirror=SELF)
def non_migrated_reset_changed(pair: Pair) -> Iterator[Edit]:
    olds = {local.name: local for local in pair.old.description.locals}
    for new in pair.new.description.locals:
        old = olds.get(new.name)
        if old is None:
            continue
        before = describe_default(old, pair.old.schema)
        after = describe_default(new, pair.new.schema)
        if before != after:
            yield make_edit(
                pair,
                old,
                new,
                f"reset value of `{new.name}` changed from {before} to {after}; it is never sent",
                help="make it a property, and keep the old value on older machine types",
                fixes=restore_default(new, before),
            )


@FAMILY.rule("field-now-derived", mirror="field-not-derived")
def field_now_derived(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.DERIVED):
        for old in change.old:
            assert isinstance(old, Field)
            yield make_edit(
                pair,
                old,
                None,
                f"field `{old.name}` is no longer sent: it is computed, or both sides know it",
                shifts=True,
                help="keep its bytes with `unused[…];`",
                fixes=keep_as_unused(pair, old),
            )


@FAMILY.rule("field-not-derived", mirror="field-now-derived")
def field_not_derived(pair: Pair) -> Iterator[Edit]:
    for change in pair.find_changes(ChangeKind.SENT):
        for new in change.new:
            assert isinstance(new, Field)
            is_gated = pair.is_versioned and new.since > pair.old.description.version_id
            yield make_edit(
                pair,
                None,
                new,
                f"field `{new.name}` is now sent: before, it was computed, or both sides knew it",
                shifts=not is_gated,
                changes_version=is_gated,
                help=(
                    "move it into a subsection that is sent only if it differs from the computed"
                    " value"
                ),
                fixes=move_into_subsection(pair, new),
            )


@FAMILY.rule("hook-changed", mirror=SELF)
def hook_changed(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    moved = pair.own_moved_hooks
    for hooks, others, word in (
        (new.hooks, old.hooks, "added"),
        (old.hooks, new.hooks, "removed"),
    ):
        for hook in hooks:
            if hook not in others and hook not in moved:
                yield make_edit(
                    pair,
                    old,
                    new,
                    f"hook `{hook.value}` was {word}",
                    changes_hook=True,
                    help="check how its code treats states that the other version saves",
                )
    for hook in new.hooks:
        before, after = old.find_set_places(hook), new.find_set_places(hook)
        if before is not None and after is not None and set(before) != set(after):
            more = list_places(each for each in after if each not in before)
            less = list_places(each for each in before if each not in after)
            words = " and ".join(
                f"{verb} {names}"
                for verb, names in (("sets", more), ("no longer sets", less))
                if names
            )
            yield make_edit(
                pair,
                old,
                new,
                f"hook `{hook.value}` {words}",
                changes_hook=True,
                help="check how its code treats states that the other version saves",
            )
