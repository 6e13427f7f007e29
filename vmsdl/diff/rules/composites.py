"""Embedded structs, lists, pointers and counts."""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import ConstraintChange
from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.edit import (
    Edit,
    make_body_edit,
    make_constraint_edit,
    make_edit,
    make_subsection_edit,
)
from vmsdl.diff.edits.pair import ChangeKind, Pair
from vmsdl.diff.edits.types import TypeChange, find_skewed_fields, find_type_changes
from vmsdl.diff.fixes.text_edits import move_into_subsection, restore_bound
from vmsdl.diff.rules.retyping import describe_counted, make_type_edit
from vmsdl.diff.rules.rule import Family
from vmsdl.schema.description import Role
from vmsdl.schema.types import ListType, MapType

FAMILY = Family("composites")


@FAMILY.rule("nested-gate-ineffective", mirror="field-removed")
def nested_gate_ineffective(pair: Pair) -> Iterator[Edit]:
    for new in pair.added:
        is_gated = new.since > pair.old.description.version_id
        if pair.is_embedded and is_gated and not _is_skewed(pair):
            yield make_edit(
                pair,
                None,
                new,
                f"`{new.name}` is gated by the version of a struct that sends none",
                moves=True,
                help="put it into a subsection of the struct",
                remedies=move_into_subsection(pair, new),
            )


def _is_skewed(pair: Pair) -> bool:
    """The list that holds it tells."""
    return pair.holder is not None and bool(
        find_skewed_fields(pair.holder[1].type, pair.new.schema)
    )


@FAMILY.rule("nested-version-only", mirror="nested-version-only")
def nested_version_only(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    before = one.version_id, one.minimum_version_id
    after = other.version_id, other.minimum_version_id
    if pair.is_top or other.role is not Role.STRUCT or before == after:
        return
    if all(change.how is ChangeKind.KEPT for change in pair.changes):
        yield make_body_edit(
            pair,
            f"`{other.name}` is {_words(*after)}, and was {_words(*before)}: it is not on the wire",
            help="leave the number where it was",
        )


def _words(version: int, minimum: int) -> str:
    return f"version {version}" if version == minimum else f"version {version} minimum {minimum}"


@FAMILY.rule("nested-version-constant-changed", mirror="nested-version-constant-changed")
def nested_version_constant_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.CONSTANT):
        yield make_type_edit(
            pair,
            old,
            new,
            "no version of it is on the wire",
            help="leave the number, and put what is new into a subsection of the struct",
            moves=True,
        )


@FAMILY.rule("nested-gains-subsection", mirror="nested-loses-subsection")
def nested_gains_subsection(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if pair.is_embedded and old is None and new is not None:
            owner = pair.new.description.name
            yield make_subsection_edit(
                pair,
                None,
                new,
                f"`{owner}` has a new subsection `{new.name}`, wherever it is embedded",
                help="let `needed` be false wherever older programs can do without",
            )


@FAMILY.rule("nested-loses-subsection", mirror="nested-gains-subsection")
def nested_loses_subsection(pair: Pair) -> Iterator[Edit]:
    for old, new in pair.subsections:
        if pair.is_embedded and old is not None and new is None:
            owner = pair.new.description.name
            yield make_subsection_edit(
                pair,
                old,
                None,
                f"`{owner}` has no subsection `{old.name}` any more, wherever it is embedded",
                help="keep it, and never send it: `needed false`",
            )


@FAMILY.rule("nested-renamed-no-subsections", mirror="nested-renamed-no-subsections")
def nested_renamed_no_subsections(pair: Pair) -> Iterator[Edit]:
    one, other = pair.old.description, pair.new.description
    is_bare = not one.subsections and not other.subsections
    if pair.is_embedded and is_bare and one.wire_name != other.wire_name:
        yield make_body_edit(
            pair,
            f'"{one.wire_name}" is called "{other.wire_name}" now, which is not on the wire',
        )


@FAMILY.rule("list-element-version-skew", mirror="list-element-version-skew")
def list_element_version_skew(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.SKEWED):
        names = ", ".join(f"`{name}`" for name in find_skewed_fields(new.type, pair.new.schema))
        state = f"saved with {names}, and loaded without" if names else "loaded as they are saved"
        yield make_edit(
            pair,
            old,
            new,
            f"elements of `{new.name}` are {state}",
            moves=True,
            help="put what is new into a subsection of the element",
        )


_SHIFTS = (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.DERIVED, ChangeKind.SENT)


_WIDTHS = (
    TypeChange.WIDTH,
    TypeChange.LENGTH,
    TypeChange.TO_VARIABLE,
    TypeChange.TO_FIXED,
    TypeChange.OTHER,
)


@FAMILY.rule("list-element-layout-changed", mirror="list-element-layout-changed")
def list_element_layout_changed(pair: Pair) -> Iterator[Edit]:
    skewed = list(find_type_changes(pair, TypeChange.SKEWED))
    for old, new in pair.kept:
        is_list = isinstance(old.type, ListType | MapType) and type(old.type) is type(new.type)
        is_told = (old, new) in skewed
        if is_list and not is_told and any(_is_another(each) for each in pair.inside(old, new)):
            yield make_edit(
                pair,
                old,
                new,
                f"elements of `{new.name}` have other bytes: only without any it is the same",
                moves=True,
                help="leave the elements, and put what is new into a subsection of theirs",
            )


def _is_another(inner: Pair) -> bool:
    return any(inner.changed(*_SHIFTS)) or any(find_type_changes(inner, *_WIDTHS))


@FAMILY.rule("list-to-counted-array", mirror="counted-array-to-list")
def list_to_counted_array(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.FROM_LIST):
        yield make_type_edit(
            pair,
            old,
            new,
            "a list has markers, an array has none",
            help="leave the list, and copy it in hooks",
            moves=True,
        )


@FAMILY.rule("counted-array-to-list", mirror="list-to-counted-array")
def counted_array_to_list(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.TO_LIST):
        yield make_type_edit(
            pair,
            old,
            new,
            "a list has markers, an array has none",
            help="leave the array, and copy it in hooks",
            moves=True,
        )


@FAMILY.rule("tree-key-kind-changed", mirror="tree-key-kind-changed")
def tree_key_kind_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.KEYS):
        yield make_type_edit(
            pair,
            old,
            new,
            "only an empty one is the same",
            help="leave the key, and send what it lacks in the value",
            moves=True,
        )


@FAMILY.rule("pointer-array-marker-mode", mirror="pointer-array-marker-mode")
def pointer_array_marker_mode(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.MARKS):
        yield make_type_edit(
            pair,
            old,
            new,
            "the markers are bytes of their own",
            help="leave it as it was released",
            moves=True,
        )


@FAMILY.rule("pointer-nullness-differs", mirror="pointer-nullness-differs")
def pointer_nullness_differs(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.NULLS):
        yield make_type_edit(
            pair,
            old,
            new,
            "a null element is one byte, and which are null is not sent",
            help="leave it as it was released",
            moves=True,
        )


@FAMILY.rule("count-widened", mirror="count-narrowed")
def count_widened(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.COUNT_WIDER):
        yield make_type_edit(
            pair,
            old,
            new,
            describe_counted(pair, new),
            help="leave the count, and send what is more in a subsection",
            moves=True,
        )


@FAMILY.rule("count-narrowed", mirror="count-widened")
def count_narrowed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.COUNT_NARROWER):
        yield make_type_edit(
            pair,
            old,
            new,
            describe_counted(pair, new),
            help="leave the count as wide as it was",
            moves=True,
        )


@FAMILY.rule("count-source-switched", mirror="count-source-switched")
def count_source_switched(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.COUNTED_ELSEWHERE):
        yield make_type_edit(
            pair,
            old,
            new,
            "another field counts it",
            help="leave what counts a released array",
            moves=True,
        )


@FAMILY.rule("count-signedness-changed", mirror="count-signedness-changed")
def count_signedness_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.COUNT_SIGN):
        yield make_type_edit(
            pair,
            old,
            new,
            describe_counted(pair, new),
            help="bound the count with `where`: below the sign bit the two agree",
            moves=True,
        )


@FAMILY.rule("capacity-lowered", mirror="capacity-raised")
def capacity_lowered(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.LOWERED):
        arrays = find_counted(pair.new.description, demand.name)
        if demand.bound is not None and arrays:
            message = f"the count of `{arrays[0]}` {demand.bound}"
            yield make_constraint_edit(
                pair,
                demand,
                message,
                help="keep the room that older versions can fill",
                remedies=restore_bound(demand.bound),
            )


@FAMILY.rule("capacity-raised", mirror="capacity-lowered")
def capacity_raised(pair: Pair) -> Iterator[Edit]:
    for demand in pair.ruled(ConstraintChange.RAISED):
        arrays = find_counted(pair.new.description, demand.name)
        if demand.bound is not None and arrays:
            message = f"the count of `{arrays[0]}` {demand.bound}"
            yield make_constraint_edit(
                pair,
                demand,
                message,
                help="send no more than before on machine types that older programs know",
            )


@FAMILY.rule("multiplier-changed", mirror="multiplier-changed")
def multiplier_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.COUNTED_OTHERWISE):
        yield make_type_edit(
            pair,
            old,
            new,
            "its length is worked out otherwise",
            help="leave the length, and send what is more in a subsection",
            moves=True,
        )
