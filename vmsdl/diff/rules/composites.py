"""Embedded structs, lists, maps, pointers, and the fields that count arrays."""

from collections.abc import Iterator

from vmsdl.diff.edits.constraints import ConstraintChange
from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.field_changes import ChangeKind
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import TypeChange, find_skewed_fields, find_type_changes
from vmsdl.diff.fixes.fields import move_into_subsection
from vmsdl.diff.rules.constraint_rules import ConstraintRule
from vmsdl.diff.rules.retyping import TypeRule
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.schema.description import Role
from vmsdl.schema.types import ListType, MapType

FAMILY = Family("composites")


@FAMILY.rule("nested-gate-ineffective", mirror="field-removed")
def nested_gate_ineffective(pair: Pair) -> Iterator[Edit]:
    for new in pair.added_fields:
        is_gated = new.since > pair.old.description.version_id
        if pair.is_embedded and is_gated and not _is_in_skewed_list(pair):
            yield make_edit(
                pair,
                None,
                new,
                f"`{new.name}` is gated by the version of a struct that sends none",
                shifts=True,
                help="put it into a subsection of the struct",
                fixes=move_into_subsection(pair, new),
            )


def _is_in_skewed_list(pair: Pair) -> bool:
    """`list-element-version-skew` reports the list that has the struct."""
    if pair.embedding is None:
        return False
    _, field = pair.embedding
    return bool(find_skewed_fields(field.type, pair.new.schema))


@FAMILY.rule("nested-version-only", mirror=SELF)
def nested_version_only(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    before = old.version_id, old.minimum_version_id
    after = new.version_id, new.minimum_version_id
    if pair.is_top or new.role is not Role.STRUCT or before == after:
        return
    if all(change.kind is ChangeKind.KEPT for change in pair.changes):
        was, now = _write_version(*before), _write_version(*after)
        yield make_edit(
            pair,
            old,
            new,
            f"`{new.name}` is {now}, and was {was}: it is not on the wire",
            help="leave the number where it was",
        )


def _write_version(version: int, minimum: int) -> str:
    return f"version {version}" if version == minimum else f"version {version} minimum {minimum}"


FAMILY.add_rows(
    TypeRule(
        "nested-version-constant-changed",
        SELF,
        TypeChange.CONSTANT,
        "no version of it is on the wire",
        "leave the number, and put what is new into a subsection of the struct",
        shifts=True,
    ),
)


@FAMILY.rule("nested-gains-subsection", mirror="nested-loses-subsection")
def nested_gains_subsection(pair: Pair) -> Iterator[Edit]:
    for new in pair.added_subsections:
        if pair.is_embedded:
            owner = pair.new.description.name
            yield make_edit(
                pair,
                None,
                new,
                f"`{owner}` has a new subsection `{new.name}`, wherever it is embedded",
                help="let `needed` be false wherever older programs can do without",
            )


@FAMILY.rule("nested-loses-subsection", mirror="nested-gains-subsection")
def nested_loses_subsection(pair: Pair) -> Iterator[Edit]:
    for old in pair.removed_subsections:
        if pair.is_embedded:
            owner = pair.new.description.name
            yield make_edit(
                pair,
                old,
                None,
                f"`{owner}` has no subsection `{old.name}` any more, wherever it is embedded",
                help="keep it, and never send it: `needed false`",
            )


@FAMILY.rule("nested-renamed-no-subsections", mirror=SELF)
def nested_renamed_no_subsections(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    has_subsections = old.subsections or new.subsections
    if pair.is_embedded and not has_subsections and old.wire_name != new.wire_name:
        message = f'"{old.wire_name}" is called "{new.wire_name}" now, which is not on the wire'
        yield make_edit(pair, old, new, message)


@FAMILY.rule("list-element-version-skew", mirror=SELF)
def list_element_version_skew(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.SKEWED):
        names = ", ".join(f"`{name}`" for name in find_skewed_fields(new.type, pair.new.schema))
        state = f"saved with {names}, and loaded without" if names else "loaded as they are saved"
        yield make_edit(
            pair,
            old,
            new,
            f"elements of `{new.name}` are {state}",
            shifts=True,
            help="put what is new into a subsection of the element",
        )


# The changes of a struct that change the bytes of a list element.
_FIELD_CHANGES = (ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.DERIVED, ChangeKind.SENT)
_TYPE_CHANGES = (
    TypeChange.WIDTH,
    TypeChange.LENGTH,
    TypeChange.TO_VARIABLE,
    TypeChange.TO_FIXED,
    TypeChange.OTHER,
)


@FAMILY.rule("list-element-layout-changed", mirror=SELF)
def list_element_layout_changed(pair: Pair) -> Iterator[Edit]:
    skewed = list(find_type_changes(pair, TypeChange.SKEWED))
    for old, new in pair.kept_fields:
        is_list = isinstance(old.type, ListType | MapType) and type(old.type) is type(new.type)
        if not is_list or (old, new) in skewed:
            continue
        if any(_has_other_bytes(inner) for inner in pair.pair_structs(old, new)):
            yield make_edit(
                pair,
                old,
                new,
                f"elements of `{new.name}` have other bytes: only without any it is the same",
                shifts=True,
                help="leave the elements, and put what is new into a subsection of theirs",
            )


def _has_other_bytes(struct: Pair) -> bool:
    return any(struct.find_changes(*_FIELD_CHANGES)) or any(
        find_type_changes(struct, *_TYPE_CHANGES)
    )


FAMILY.add_rows(
    TypeRule(
        "list-to-counted-array",
        "counted-array-to-list",
        TypeChange.FROM_LIST,
        "a list has markers, an array has none",
        "leave the list, and copy it in hooks",
        shifts=True,
    ),
    TypeRule(
        "counted-array-to-list",
        "list-to-counted-array",
        TypeChange.TO_LIST,
        "a list has markers, an array has none",
        "leave the array, and copy it in hooks",
        shifts=True,
    ),
    TypeRule(
        "tree-key-kind-changed",
        SELF,
        TypeChange.KEYS,
        "only an empty one is the same",
        "leave the key, and send what it lacks in the value",
        shifts=True,
    ),
    TypeRule(
        "pointer-array-marker-mode",
        SELF,
        TypeChange.MARKS,
        "the markers are bytes of their own",
        "leave it as it was released",
        shifts=True,
    ),
    TypeRule(
        "pointer-nullness-differs",
        SELF,
        TypeChange.NULLS,
        "a null element is one byte, and which are null is not sent",
        "leave it as it was released",
        shifts=True,
    ),
    TypeRule(
        "count-widened",
        "count-narrowed",
        TypeChange.COUNT_WIDER,
        "it counts {counted}",
        "leave the count, and send what is more in a subsection",
        shifts=True,
    ),
    TypeRule(
        "count-narrowed",
        "count-widened",
        TypeChange.COUNT_NARROWER,
        "it counts {counted}",
        "leave the count as wide as it was",
        shifts=True,
    ),
    TypeRule(
        "count-source-switched",
        SELF,
        TypeChange.COUNTED_ELSEWHERE,
        "another field counts it",
        "leave what counts a released array",
        shifts=True,
    ),
    TypeRule(
        "count-signedness-changed",
        SELF,
        TypeChange.COUNT_SIGN,
        "it counts {counted}",
        "bound the count with `where`: below the sign bit the two agree",
        shifts=True,
    ),
    ConstraintRule(
        "capacity-lowered",
        "capacity-raised",
        ConstraintChange.LOWERED,
        "the count of `{counted}` {bound}",
        "keep the room that older versions can fill",
        is_count=True,
    ),
    ConstraintRule(
        "capacity-raised",
        "capacity-lowered",
        ConstraintChange.RAISED,
        "the count of `{counted}` {bound}",
        "send no more than before on machine types that older programs know",
        is_count=True,
    ),
    TypeRule(
        "multiplier-changed",
        SELF,
        TypeChange.COUNTED_OTHERWISE,
        "its length is worked out otherwise",
        "leave the length, and send what is more in a subsection",
        shifts=True,
    ),
)
