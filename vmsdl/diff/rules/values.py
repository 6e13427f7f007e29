"""Values, checks, defaults and hooks."""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import ConstraintChange, join_conditions
from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.edit import (
    Edit,
    make_body_edit,
    make_comparison_edit,
    make_constraint_edit,
    make_edit,
    make_member_edit,
)
from vmsdl.diff.edits.pair import ChangeKind, Pair
from vmsdl.diff.edits.types import TypeChange, find_type_changes
from vmsdl.diff.fixes.text_edits import (
    keep_as_unused,
    move_into_subsection,
    restore_bound,
    restore_default,
)
from vmsdl.diff.layout.settings import describe_default
from vmsdl.diff.rules.retyping import make_type_edit
from vmsdl.diff.rules.rule import Family
from vmsdl.schema.description import Field, Role

FAMILY = Family("values")


@FAMILY.rule("equal-added", mirror="equal-dropped")
def equal_added(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if new.equal and not old.equal:
            message = f"`{new.name}` must equal the receiver's own value now"
        elif new.bounded and not old.bounded:
            message = f"`{new.name}` must lie between 0 and the receiver's own value now"
        else:
            continue
        yield make_comparison_edit(pair, old, new, message, help="configure it alike on both ends")


@FAMILY.rule("equal-dropped", mirror="equal-added")
def equal_dropped(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        if old.equal and not new.equal:
            message = f"`{new.name}` need not equal the receiver's own value any more"
        elif old.bounded and not new.bounded:
            message = f"`{new.name}` may be above the receiver's own value now"
        else:
            continue
        yield make_comparison_edit(pair, old, new, message, help="configure it alike on both ends")


@FAMILY.rule("equal-constant-changed", mirror="equal-constant-changed")
def equal_constant_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        is_compared = (old.equal and new.equal) or (old.bounded and new.bounded)
        before, after = describe_default(old, pair.old.schema), describe_default(
            new, pair.new.schema
        )
        if is_compared and before != after:
            yield make_comparison_edit(
                pair,
                old,
                new,
                f"the receiver's own `{new.name}` was {before} and is {after}",
                help="keep the old value on machine types that older versions know",
                remedies=restore_default(new, before),
            )


@FAMILY.rule("bound-lowered", mirror="bound-raised")
def bound_lowered(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.LOWERED):
        if demand.bound is not None and not find_counted(pair.new.description, demand.name):
            message = f"`{demand.name}` {demand.bound}"
            yield make_constraint_edit(
                pair,
                demand,
                message,
                help="take what older versions send, and bring it down in `post_load`",
                remedies=restore_bound(demand.bound),
            )


@FAMILY.rule("bound-raised", mirror="bound-lowered")
def bound_raised(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.RAISED):
        if demand.bound is not None and not find_counted(pair.new.description, demand.name):
            message = f"`{demand.name}` {demand.bound}"
            yield make_constraint_edit(
                pair,
                demand,
                message,
                help="keep to the old bound on machine types that older programs know",
            )


@FAMILY.rule("validate-added", mirror="validate-dropped")
def validate_added(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.ADDED):
        yield make_constraint_edit(
            pair,
            demand,
            f"{join_conditions(demand.after)} must hold now",
            help="demand only what always held, and mend the rest in `post_load`",
        )


@FAMILY.rule("validate-dropped", mirror="validate-added")
def validate_dropped(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.DROPPED):
        yield make_constraint_edit(
            pair,
            demand,
            f"{join_conditions(demand.before)} need not hold any more",
            help="keep it as long as older programs have to load what is saved",
        )


@FAMILY.rule("validate-tightened", mirror="validate-loosened")
def validate_tightened(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.TIGHTENED):
        yield make_constraint_edit(
            pair,
            demand,
            f"{join_conditions(demand.after)} must hold, which allows less than"
            f" {join_conditions(demand.before)}",
            help="demand only what always held, and mend the rest in `post_load`",
        )


@FAMILY.rule("validate-loosened", mirror="validate-tightened")
def validate_loosened(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.LOOSENED):
        yield make_constraint_edit(
            pair,
            demand,
            f"{join_conditions(demand.after)} must hold, which allows more than"
            f" {join_conditions(demand.before)}",
            help="keep to the old rule on machine types that older programs know",
        )


@FAMILY.rule("validate-changed", mirror="validate-changed")
def validate_changed(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.CHANGED):
        yield make_constraint_edit(
            pair,
            demand,
            f"{join_conditions(demand.after)} must hold, where it was"
            f" {join_conditions(demand.before)}",
            help="demand only what always held, and mend the rest in `post_load`",
        )


FAMILY.add_elsewhere(
    "save-refused", waiver="where a check is dropped, more can be saved than before"
)


@FAMILY.rule("check-added-in-opaque-codec", mirror="check-added-in-opaque-codec")
def check_added_in_opaque_codec(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.CODEC):
        yield make_type_edit(
            pair,
            old,
            new,
            "no schema shows what a codec refuses",
            help="say in the schema what the codec reads and demands",
            moves=True,
        )


@FAMILY.rule("gated-default-changed", mirror="gated-default-changed")
def gated_default_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.kept:
        before, after = describe_default(old, pair.old.schema), describe_default(
            new, pair.new.schema
        )
        is_said = old.default is not None or new.default is not None
        is_own = old.equal or old.bounded or new.equal or new.bounded
        if before == after or not is_said or is_own:
            continue
        if pair.new.description.role is Role.SUBSECTION and not new.since and not new.condition:
            continue  # what a subsection leaves out is told by `omission-default-changed`
        yield make_edit(
            pair,
            old,
            new,
            f"`{new.name}` begins as {after} {_where(pair, new)}, and began as {before}",
            help="leave the default, and set the field where the device is made",
            remedies=restore_default(new, before),
        )


def _where(pair: Pair, field: Field) -> str:
    if field.condition is not None:
        return "where it is not sent"
    oldest = pair.new.description.minimum_version_id
    if pair.is_versioned and field.since > oldest:
        last = field.since - 1
        which = f"version {last}" if last == oldest else f"versions {oldest} to {last}"
        return f"in streams of {which}"
    return "where nothing is loaded"


@FAMILY.rule("non-migrated-reset-changed", mirror="non-migrated-reset-changed")
def non_migrated_reset_changed(pair: Pair) -> Iterator[Edit]:
    before = {member.name: member for member in pair.old.description.locals}
    for new in pair.new.description.locals:
        old = before.get(new.name)
        if old is None:
            continue
        then, now = describe_default(old, pair.old.schema), describe_default(new, pair.new.schema)
        if then != now:
            yield make_member_edit(
                pair,
                old,
                new,
                f"`{new.name}` begins as {now}, began as {then}, and is never sent",
                help="make it a property, and let older machine types keep the old value",
                remedies=restore_default(new, then),
            )


@FAMILY.rule("field-now-derived", mirror="field-not-derived")
def field_now_derived(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.DERIVED):
        for old in change.old:
            assert isinstance(old, Field)
            yield make_edit(
                pair,
                old,
                None,
                f"`{old.name}` is not sent any more, but worked out or known to both sides",
                moves=True,
                help="keep its place with `unused[…];`",
                remedies=keep_as_unused(pair, old),
            )


@FAMILY.rule("field-not-derived", mirror="field-now-derived")
def field_not_derived(pair: Pair) -> Iterator[Edit]:
    for change in pair.changed(ChangeKind.SENT):
        for new in change.new:
            assert isinstance(new, Field)
            is_gated = pair.is_versioned and new.since > pair.old.description.version_id
            yield make_edit(
                pair,
                None,
                new,
                f"`{new.name}` is sent now, and was worked out or known to both sides before",
                moves=not is_gated,
                is_version=is_gated,
                help="put it into a subsection, sent only where it is not what the formula gave",
                remedies=move_into_subsection(pair, new),
            )


@FAMILY.rule("hook-changed", mirror="hook-changed")
def hook_changed(pair: Pair) -> Iterator[Edit]:
    before, after = pair.old.description.hooks, pair.new.description.hooks
    for hooks, others, word in ((after, before, "new"), (before, after, "gone")):
        for hook in hooks:
            if hook not in others and hook not in pair.told_hooks:
                yield make_body_edit(
                    pair,
                    f"the hook `{hook.value}` is {word}",
                    help="read its code for states that the other version saves",
                )
