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
        "it takes another number of bytes",
        "leave it as wide, and send what does not fit in a subsection",
        shifts=True,
    ),
    TypeRule(
        "signedness-changed",
        SELF,
        TypeChange.SIGN,
        "it is another number where the top bit is set",
        "leave the sign, or say with `where` that the top bit is never set",
    ),
    TypeRule(
        "int-to-bool",
        "bool-to-int",
        TypeChange.TO_BOOL,
        "what is neither 0 nor 1 becomes true",
        "leave it a number, unless it was always 0 or 1",
    ),
    TypeRule(
        "bool-to-int",
        "int-to-bool",
        TypeChange.FROM_BOOL,
        "older programs take what is not 0 for true",
        "say `where … <= 1` if it is still 0 or 1",
    ),
    TypeRule(
        "timer-int-changed",
        SELF,
        TypeChange.TIMER,
        "the same bytes, but a number is no deadline",
        "leave the type as it was",
    ),
    TypeRule(
        "int-to-enum",
        "enum-to-int",
        TypeChange.TO_ENUM,
        "a value without an arm is refused",
        "give every value that was ever sent an arm",
    ),
    TypeRule(
        "enum-to-int",
        "int-to-enum",
        TypeChange.FROM_ENUM,
        "older programs refuse what has no arm there",
        "keep the enum, or bound the number with `where`",
    ),
    TypeRule(
        "array-length-changed",
        SELF,
        TypeChange.LENGTH,
        "it takes another number of bytes",
        "leave the length, and put more elements into a subsection",
        shifts=True,
    ),
    TypeRule(
        "scalar-to-array-of-one",
        "array-of-one-to-scalar",
        TypeChange.TO_ARRAY,
        "the same bytes",
        None,
    ),
    TypeRule(
        "array-of-one-to-scalar",
        "scalar-to-array-of-one",
        TypeChange.FROM_ARRAY,
        "the same bytes",
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
        "elements are read as others",
        "leave rows and columns as they were",
    ),
    TypeRule(
        "fixed-to-variable",
        "variable-to-fixed",
        TypeChange.TO_VARIABLE,
        "they agree where the count is the old length",
        "keep the fixed length, and put what is longer into a subsection",
        shifts=True,
    ),
    TypeRule(
        "variable-to-fixed",
        "fixed-to-variable",
        TypeChange.TO_FIXED,
        "they agree where the count is the new length",
        "keep the count",
        shifts=True,
    ),
    TypeRule(
        "bitmap-length-changed",
        SELF,
        TypeChange.BITS,
        "it goes over the wire in words of 64 bits",
        "leave the length, and put more bits into a subsection",
        shifts=True,
    ),
)


@FAMILY.rule("enum-renumbered", mirror=SELF)
def enum_renumbered(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        if enum.renumbered:
            changes = [
                f"`{new.name}` was {old.value} and is {new.value}" for old, new in enum.renumbered
            ]
            yield make_edit(
                pair,
                enum.old_fields,
                enum.new_fields,
                f"in {enum.field_names} {', '.join(changes)}",
                help="numbers that were sent keep their meaning",
                fixes=replace_text(
                    "give the arms their numbers back", enum.new.span, enum.old.span.text
                ),
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
                f"{enum.field_names} cannot be {_list_members(enum.removed)} any more",
                help="keep the arm for as long as streams may have it",
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
                f"{enum.field_names} can be {_list_members(enum.added)} now",
                help=(
                    "keep it from coming up on older machine types where the way back must stay"
                    " open"
                ),
                old_span=enum.old.span,
                new_span=enum.added[0].span,
            )


def _list_members(members: list[EnumMember]) -> str:
    return ", ".join(f"`{member.name}` ({member.value})" for member in members)


@FAMILY.rule("enum-member-renamed", mirror=SELF)
def enum_member_renamed(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        for old, new in enum.renamed:
            yield make_edit(
                pair,
                enum.old_fields,
                enum.new_fields,
                f"`{new.name}` has the number that `{old.name}` had: does it mean the same?",
                help="keep the name where it does, and take a new number where it does not",
                fixes=replace_text(f"call it `{old.name}` again", new.name_span, old.name),
                old_span=old.span,
                new_span=new.span,
            )


FAMILY.add_rows(
    TypeRule(
        "type-changed",
        SELF,
        TypeChange.OTHER,
        "",
        "leave the type, and put the new kind into a subsection under another name",
        shifts=True,
    ),
)
