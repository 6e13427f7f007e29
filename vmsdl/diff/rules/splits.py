"""Splits and merges: one field became several over the same bytes, or several became one."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.field_changes import ChangeKind, FieldChange
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.edits.types import TypeChange, classify_type_change, find_type_changes
from vmsdl.diff.fixes.fields import declare_formerly
from vmsdl.diff.fixes.text_edits import list_names
from vmsdl.diff.rules.retyping import make_type_edit
from vmsdl.diff.rules.unused_bytes import find_fields
from vmsdl.schema.description import Field
from vmsdl.schema.types import Array, Bytes


def find_split_edits(pair: Pair, *, is_array: bool) -> Iterator[Edit]:
    """One field became several. `is_array`: the one was an array or bytes."""
    for change in pair.find_changes(ChangeKind.SPLIT, ChangeKind.REPLACED):
        olds, news = find_fields(change.old), find_fields(change.new)
        if len(olds) == 1 and len(news) > 1 and _is_array(olds[0]) is is_array:
            yield _make_split_edit(pair, change, olds, news)


def find_merge_edits(pair: Pair, *, is_array: bool) -> Iterator[Edit]:
    """Several fields became one. `is_array`: the one is an array or bytes."""
    for change in pair.find_changes(ChangeKind.SPLIT, ChangeKind.REPLACED):
        olds, news = find_fields(change.old), find_fields(change.new)
        if len(olds) > 1 and len(news) == 1 and _is_array(news[0]) is is_array:
            yield _make_split_edit(pair, change, olds, news)


def find_resizing_edits(pair: Pair, *, is_split: bool) -> Iterator[Edit]:
    """One field has elements of another width over the same bytes.

    `is_split`: the elements are smaller than before; else they are larger.
    """
    for old, new in _find_resized(pair):
        kind = classify_type_change(old.type, new.type, pair.old.schema, pair.new.schema, {})
        if (kind is TypeChange.SPLIT) is is_split:
            yield make_type_edit(pair, old, new, "same bytes, elements of a different width")


def _find_resized(pair: Pair) -> Iterator[tuple[Field, Field]]:
    for change in pair.find_changes(ChangeKind.SPLIT):
        match change.old, change.new:
            case (Field() as old,), (Field() as new,):
                yield old, new
            case _:
                pass
    yield from find_type_changes(pair, TypeChange.SPLIT, TypeChange.MERGED)


def _make_split_edit(pair: Pair, change: FieldChange, olds: list[Field], news: list[Field]) -> Edit:
    before, after = list_names(olds), list_names(news)
    if change.kind is ChangeKind.SPLIT:
        message = f"{before} changed to {after} over the same bytes"
        return make_edit(pair, change.old, change.new, message)
    formerly = " ".join(f"formerly {old.name}" for old in olds)
    verb = "replaces" if len(news) == 1 else "replace"
    return make_edit(
        pair,
        change.old,
        change.new,
        f"{after} {verb} {before} with the same width, without `formerly`",
        shifts=True,
        help=f"write `{formerly}` if it is a rename; otherwise keep `unused` bytes in its place",
        fixes=declare_formerly(news, olds),
    )


def _is_array(field: Field) -> bool:
    return isinstance(field.type, Array | Bytes)
