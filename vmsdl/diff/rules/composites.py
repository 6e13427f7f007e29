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
                f"field `{new.name}` was added with `since {new.since}`, but its struct sends no"
                " version",
                shifts=True,
                help="move it into a subsection of the struct",
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
            f"`{new.name}` changed from {was} to {now}: versions of structs are not in the stream",
            help="restore the old number",
        )


def _write_version(version: int, minimum: int) -> str:
    return f"version {version}" if version == minimum else f"version {version} minimum {minimum}"


FAMILY.add_rows(
    TypeRule(
        "nested-version-constant-changed",
        SELF,
        TypeChange.CONSTANT,
        "versions of structs are not in the stream",
        "keep the number, and put new fields into a subsection of the struct",
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
                f"subsection `{new.name}` was added to `{owner}`, everywhere it is embedded",
                help="make `needed` false where older programs do not require the subsection",
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
                f"subsection `{old.name}` was removed from `{owner}`, everywhere it is embedded",
                help="keep it, but never send it: `needed false`",
            )


@FAMILY.rule("nested-renamed-no-subsections", mirror=SELF)
def nested_renamed_no_subsections(pair: Pair) -> Iterator[Edit]:
    old, new = pair.bodies
    has_subsections = old.subsections or new.subsections
    if pair.is_embedded and not has_subsections and old.wire_name != new.wire_name:
        message = f'"{old.wire_name}" was renamed to "{new.wire_name}", which is not in the stream'
        yield make_edit(pair, old, new, message)


@FAMILY.rule("list-element-version-skew", mirror=SELF)
def list_element_version_skew(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.SKEWED):
        names = ", ".join(f"`{name}`" for name in find_skewed_fields(new.type, pair.new.schema))
        state = (
            f"saved with {names}, but loaded without" if names else "now loaded as they are saved"
        )
        yield make_edit(
            pair,
            old,
            new,
            f"elements of `{new.name}` are {state}",
            shifts=True,
            help="put new fields into a subsection of the element",
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
                f"element layout of `{new.name}` changed: only an empty one is compatible",
                shifts=True,
                help="keep the elements, and put new fields into a subsection of the element",
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
        "a list has markers in the stream, an array does not",
        "keep the list, and convert it in hooks",
        shifts=True,
    ),
    TypeRule(
        "counted-array-to-list",
        "list-to-counted-array",
        TypeChange.TO_LIST,
        "a list has markers in the stream, an array does not",
        "keep the array, and convert it in hooks",
        shifts=True,
    ),
    TypeRule(
        "tree-key-kind-changed",
        SELF,
        TypeChange.KEYS,
        "only an empty one is compatible",
        "keep the key, and put further data into the value",
        shifts=True,
    ),
    TypeRule(
        "pointer-array-marker-mode",
        SELF,
        TypeChange.MARKS,
        "the markers are additional bytes",
        "restore the released type",
        shifts=True,
    ),
    TypeRule(
        "pointer-nullness-differs",
        SELF,
        TypeChange.NULLS,
        "a null element is one byte, and the stream does not show which elements are null",
        "restore the released type",
        shifts=True,
    ),
    TypeRule(
        "count-widened",
        "count-narrowed",
        TypeChange.COUNT_WIDER,
        "it is the count of {counted}",
        "keep the count, and put further elements into a subsection",
        shifts=True,
    ),
    TypeRule(
        "count-narrowed",
        "count-widened",
        TypeChange.COUNT_NARROWER,
        "it is the count of {counted}",
        "restore the width of the count",
        shifts=True,
    ),
    TypeRule(
        "count-source-switched",
        SELF,
        TypeChange.COUNTED_ELSEWHERE,
        "another field is its count",
        "keep the count of a released array",
        shifts=True,
    ),
    TypeRule(
        "count-signedness-changed",
        SELF,
        TypeChange.COUNT_SIGN,
        "it is the count of {counted}",
        "limit the count with `where`: below the sign bit both types agree",
        shifts=True,
    ),
    ConstraintRule(
        "capacity-lowered",
        "capacity-raised",
        ConstraintChange.LOWERED,
        "maximum count of `{counted}` {bound}",
        "keep room for all elements that older versions can send",
        is_count=True,
    ),
    ConstraintRule(
        "capacity-raised",
        "capacity-lowered",
        ConstraintChange.RAISED,
        "maximum count of `{counted}` {bound}",
        "do not send more than before on machine types that older programs know",
        is_count=True,
    ),
    TypeRule(
        "multiplier-changed",
        SELF,
        TypeChange.COUNTED_OTHERWISE,
        "its length is computed differently",
        "keep the length, and put further elements into a subsection",
        shifts=True,
    ),
)
