"""Types, widths, arrays, and members of enums."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.enums import find_enum_changes
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import TypeChange
from vmsdl.diff.fixes.text_edits import insert_after, replace_text
from vmsdl.diff.rules.retyping import TypeRule
from vmsdl.diff.rules.rule import SELF, Family
from vmsdl.diff.rules.splits import find_merge_edits, find_split_edits
from vmsdl.schema.description import EnumMember

FAMILY = Family("type_changes")

FAMILY.add_rows(
    TypeRule(
        "width-changed",
        SELF,
        TypeChange.WIDTH,
        "different width",
        "keep the width, and use a subsection for values that do not fit",
        shifts=True,
    ),
    TypeRule(
        "signedness-changed",
        SELF,
        TypeChange.SIGN,
        "values with the top bit set change",
        "keep the signedness, or add `where` so that the top bit is never set",
    ),
    TypeRule(
        "int-to-bool",
        "bool-to-int",
        TypeChange.TO_BOOL,
        "values other than 0 and 1 become true",
        "keep the integer type, unless the value was always 0 or 1",
    ),
    TypeRule(
        "bool-to-int",
        "int-to-bool",
        TypeChange.FROM_BOOL,
        "older programs read any nonzero value as true",
        "add `where … <= 1` if the value is still 0 or 1",
    ),
    TypeRule(
        "timer-int-changed",
        SELF,
        TypeChange.TIMER,
        "same bytes, but an integer is not a deadline",
        "restore the old type",
    ),
    TypeRule(
        "int-to-enum",
        "enum-to-int",
        TypeChange.TO_ENUM,
        "a number that is not in the enum is refused",
        "add an enum value for each number that was ever sent",
    ),
    TypeRule(
        "enum-to-int",
        "int-to-enum",
        TypeChange.FROM_ENUM,
        "older programs refuse a number that is not in their enum",
        "keep the enum, or limit the integer with `where`",
    ),
    TypeRule(
        "array-length-changed",
        SELF,
        TypeChange.LENGTH,
        "different number of bytes",
        "keep the length, and put further elements into a subsection",
        shifts=True,
    ),
    TypeRule(
        "scalar-to-array-of-one",
        "array-of-one-to-scalar",
        TypeChange.TO_ARRAY,
        "same bytes",
        None,
    ),
    TypeRule(
        "array-of-one-to-scalar",
        "scalar-to-array-of-one",
        TypeChange.FROM_ARRAY,
        "same bytes",
        None,
    ),
)


@FAMILY.rule("array-split", mirror="arrays-joined")
def array_split(pair: Pair) -> Iterator[Edit]:
    yield from find_split_edits(pair, is_array=True)


@FAMILY.rule("arrays-joined", mirror="array-split")
def arrays_joined(pair: Pair) -> Iterator[Edit]:
    yield from find_merge_edits(pair, is_array=True)


FAMILY.add_rows(
    TypeRule(
        "array-transposed",
        SELF,
        TypeChange.TRANSPOSED,
        "elements are read at other indices",
        "restore the old rows and columns",
    ),
    TypeRule(
        "fixed-to-variable",
        "variable-to-fixed",
        TypeChange.TO_VARIABLE,
        "the lengths agree only if the count is the old length",
        "keep the fixed length, and put further elements into a subsection",
        shifts=True,
    ),
    TypeRule(
        "variable-to-fixed",
        "fixed-to-variable",
        TypeChange.TO_FIXED,
        "the lengths agree only if the count is the new length",
        "restore the count",
        shifts=True,
    ),
    TypeRule(
        "bitmap-length-changed",
        SELF,
        TypeChange.BITS,
        "bitmaps are sent in words of 64 bits",
        "keep the length, and put further bits into a subsection",
        shifts=True,
    ),
)


@FAMILY.rule("enum-renumbered", mirror=SELF)
def enum_renumbered(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        if enum.renumbered:
            changes = [
                f"`{new.name}` from {old.value} to {new.value}" for old, new in enum.renumbered
            ]
            yield make_edit(
                pair,
                enum.old_fields,
                enum.new_fields,
                f"enum values of {enum.field_names} changed: {', '.join(changes)}",
                help="do not change the numbers of released enum values",
                fixes=replace_text("restore the old numbers", enum.new.span, enum.old.span.text),
                old_span=enum.renumbered[0][0].span,
                new_span=enum.renumbered[0][1].span,
            )


@FAMILY.rule("enum-member-removed", mirror="enum-member-added")
def enum_member_removed(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        if enum.removed:
            text = " ".join(member.span.text for member in enum.removed)
            last = enum.new.members[-1]
            yield make_edit(
                pair,
                enum.old_fields,
                enum.new_fields,
                f"{_list_members(enum.removed)} removed from {enum.field_names}",
                help="keep the enum value as long as streams can contain it",
                fixes=insert_after(f"keep `{text}`", last.span, f"\n    {text}"),
                old_span=enum.removed[0].span,
                new_span=enum.new.span,
            )


@FAMILY.rule("enum-member-added", mirror="enum-member-removed")
def enum_member_added(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        if enum.added:
            yield make_edit(
                pair,
                enum.old_fields,
                enum.new_fields,
                f"{_list_members(enum.added)} added to {enum.field_names}",
                help="do not use it on older machine types if rollback must work",
                old_span=enum.old.span,
                new_span=enum.added[0].span,
            )


def _list_members(members: list[EnumMember]) -> str:
    names = ", ".join(f"`{member.name}` ({member.value})" for member in members)
    return f"enum value {names} was" if len(members) == 1 else f"enum values {names} were"


@FAMILY.rule("enum-member-renamed", mirror=SELF)
def enum_member_renamed(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        for old, new in enum.renamed:
            yield make_edit(
                pair,
                enum.old_fields,
                enum.new_fields,
                f"enum value `{new.name}` replaces `{old.name}` with the same number",
                help="keep the old name if the meaning is the same; otherwise use a new number",
                fixes=replace_text(f"restore the name `{old.name}`", new.name_span, old.name),
                old_span=old.span,
                new_span=new.span,
            )


FAMILY.add_rows(
    TypeRule(
        "type-changed",
        SELF,
        TypeChange.OTHER,
        "",
        "keep the type, and put the new one into a subsection under another name",
        shifts=True,
    ),
)
