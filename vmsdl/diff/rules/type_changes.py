"""Types, widths and arrays."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.enums import find_enum_changes
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import TypeChange, find_type_changes
from vmsdl.diff.fixes.text_edits import insert_after, replace_text
from vmsdl.diff.rules.retyping import make_type_edit
from vmsdl.diff.rules.rule import Family
from vmsdl.diff.rules.splits import find_merged, find_split

FAMILY = Family("type_changes")


@FAMILY.rule("width-changed", mirror="width-changed")
def width_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.WIDTH):
        yield make_type_edit(
            pair,
            old,
            new,
            "it takes another number of bytes",
            help="leave it as wide, and send what does not fit in a subsection",
            moves=True,
        )


@FAMILY.rule("signedness-changed", mirror="signedness-changed")
def signedness_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.SIGN):
        yield make_type_edit(
            pair,
            old,
            new,
            "it is another number where the top bit is set",
            help="leave the sign, or say with `where` that the top bit is never set",
            moves=False,
        )


@FAMILY.rule("int-to-bool", mirror="bool-to-int")
def int_to_bool(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.TO_BOOL):
        yield make_type_edit(
            pair,
            old,
            new,
            "what is neither 0 nor 1 becomes true",
            help="leave it a number, unless it was always 0 or 1",
            moves=False,
        )


@FAMILY.rule("bool-to-int", mirror="int-to-bool")
def bool_to_int(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.FROM_BOOL):
        yield make_type_edit(
            pair,
            old,
            new,
            "older programs take what is not 0 for true",
            help="say `where … <= 1` if it is still 0 or 1",
            moves=False,
        )


@FAMILY.rule("timer-int-changed", mirror="timer-int-changed")
def timer_int_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.TIMER):
        yield make_type_edit(
            pair,
            old,
            new,
            "the same bytes, but a number is no deadline",
            help="leave the type as it was",
            moves=False,
        )


@FAMILY.rule("int-to-enum", mirror="enum-to-int")
def int_to_enum(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.TO_ENUM):
        yield make_type_edit(
            pair,
            old,
            new,
            "a value without an arm is refused",
            help="give every value that was ever sent an arm",
            moves=False,
        )


@FAMILY.rule("enum-to-int", mirror="int-to-enum")
def enum_to_int(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.FROM_ENUM):
        yield make_type_edit(
            pair,
            old,
            new,
            "older programs refuse what has no arm there",
            help="keep the enum, or bound the number with `where`",
            moves=False,
        )


@FAMILY.rule("array-length-changed", mirror="array-length-changed")
def array_length_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.LENGTH):
        yield make_type_edit(
            pair,
            old,
            new,
            "it takes another number of bytes",
            help="leave the length, and put more elements into a subsection",
            moves=True,
        )


@FAMILY.rule("scalar-to-array-of-one", mirror="array-of-one-to-scalar")
def scalar_to_array_of_one(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.TO_ARRAY):
        yield make_type_edit(pair, old, new, "the same bytes", moves=False)


@FAMILY.rule("array-of-one-to-scalar", mirror="scalar-to-array-of-one")
def array_of_one_to_scalar(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.FROM_ARRAY):
        yield make_type_edit(pair, old, new, "the same bytes", moves=False)


@FAMILY.rule("array-split", mirror="arrays-joined")
def array_split(pair: Pair) -> Iterator[Edit]:
    yield from find_split(pair, is_array=True)


@FAMILY.rule("arrays-joined", mirror="array-split")
def arrays_joined(pair: Pair) -> Iterator[Edit]:
    yield from find_merged(pair, is_array=True)


@FAMILY.rule("array-transposed", mirror="array-transposed")
def array_transposed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.TRANSPOSED):
        yield make_type_edit(
            pair,
            old,
            new,
            "elements are read as others",
            help="leave rows and columns as they were",
            moves=False,
        )


@FAMILY.rule("fixed-to-variable", mirror="variable-to-fixed")
def fixed_to_variable(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.TO_VARIABLE):
        yield make_type_edit(
            pair,
            old,
            new,
            "they agree where the count is the old length",
            help="keep the fixed length, and put what is longer into a subsection",
            moves=True,
        )


@FAMILY.rule("variable-to-fixed", mirror="fixed-to-variable")
def variable_to_fixed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.TO_FIXED):
        yield make_type_edit(
            pair,
            old,
            new,
            "they agree where the count is the new length",
            help="keep the count",
            moves=True,
        )


@FAMILY.rule("bitmap-length-changed", mirror="bitmap-length-changed")
def bitmap_length_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.BITS):
        yield make_type_edit(
            pair,
            old,
            new,
            "it goes over the wire in words of 64 bits",
            help="leave the length, and put more bits into a subsection",
            moves=True,
        )


@FAMILY.rule("enum-renumbered", mirror="enum-renumbered")
def enum_renumbered(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        if not enum.moved:
            continue
        words = [f"`{new.name}` was {old.value} and is {new.value}" for old, new in enum.moved]
        edit = make_edit(
            pair,
            enum.old_fields,
            enum.new_fields,
            f"in {enum.fields} {', '.join(words)}",
            help="numbers that were sent keep their meaning",
            remedies=replace_text(
                "give the arms their numbers back", enum.new.span, enum.old.span.text
            ),
        )
        yield replace(edit, old=enum.moved[0][0].span, new=enum.moved[0][1].span)


@FAMILY.rule("enum-member-removed", mirror="enum-member-added")
def enum_member_removed(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        if not enum.gone:
            continue
        names = ", ".join(f"`{arm.name}` ({arm.value})" for arm in enum.gone)
        text = " ".join(arm.span.text for arm in enum.gone)
        edit = make_edit(
            pair,
            enum.old_fields,
            enum.new_fields,
            f"{enum.fields} cannot be {names} any more",
            help="keep the arm for as long as streams may have it",
            remedies=insert_after(f"keep `{text}`", enum.new.arms[-1].span, f"\n    {text}"),
        )
        yield replace(edit, old=enum.gone[0].span, new=enum.new.span)


@FAMILY.rule("enum-member-added", mirror="enum-member-removed")
def enum_member_added(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        if not enum.came:
            continue
        names = ", ".join(f"`{arm.name}` ({arm.value})" for arm in enum.came)
        edit = make_edit(
            pair,
            enum.old_fields,
            enum.new_fields,
            f"{enum.fields} can be {names} now",
            help="keep it from coming up on older machine types where the way back must stay open",
        )
        yield replace(edit, old=enum.old.span, new=enum.came[0].span)


@FAMILY.rule("enum-member-renamed", mirror="enum-member-renamed")
def enum_member_renamed(pair: Pair) -> Iterator[Edit]:
    for enum in find_enum_changes(pair):
        for old, new in enum.renamed:
            edit = make_edit(
                pair,
                enum.old_fields,
                enum.new_fields,
                f"`{new.name}` has the number that `{old.name}` had: does it mean the same?",
                help="keep the name where it does, and take a new number where it does not",
                remedies=replace_text(f"call it `{old.name}` again", new.name_span, old.name),
            )
            yield replace(edit, old=old.span, new=new.span)


@FAMILY.rule("type-changed", mirror="type-changed")
def type_changed(pair: Pair) -> Iterator[Edit]:
    for old, new in find_type_changes(pair, TypeChange.OTHER):
        yield make_type_edit(
            pair,
            old,
            new,
            help="leave the type, and put the new kind into a subsection under another name",
            moves=True,
        )
