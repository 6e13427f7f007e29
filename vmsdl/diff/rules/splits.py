"""One stretch of bytes cut otherwise: one field became several, or several became one."""

from collections.abc import Iterator

from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import ChangeKind, FieldChange, Pair
from vmsdl.diff.edits.types import TypeChange, classify_type_change, find_type_changes
from vmsdl.diff.fixes.text_edits import as_fixes, declare_formerly
from vmsdl.schema.description import Field
from vmsdl.schema.types import Array, Bytes


def find_split(pair: Pair, *, is_array: bool) -> Iterator[Edit]:
    """One became several. `is_array`: those that were an array, or bytes; else the others."""
    for change in pair.changed(ChangeKind.CUT, ChangeKind.REPLACED):
        olds, news = _fields(change)
        if len(olds) == 1 and len(news) > 1 and _is_array(olds[0]) is is_array:
            yield _recut(pair, change, olds, news)


def find_merged(pair: Pair, *, is_array: bool) -> Iterator[Edit]:
    """Several became one: an array, or bytes, or something else."""
    for change in pair.changed(ChangeKind.CUT, ChangeKind.REPLACED):
        olds, news = _fields(change)
        if len(olds) > 1 and len(news) == 1 and _is_array(news[0]) is is_array:
            yield _recut(pair, change, olds, news)


def find_regrained(pair: Pair) -> Iterator[tuple[Field, Field]]:
    """One for one and called the same, and made of integers of another width."""
    for change in pair.changed(ChangeKind.CUT):
        match change.old, change.new:
            case (Field() as old,), (Field() as new,):
                yield old, new
    yield from find_type_changes(pair, TypeChange.SPLIT, TypeChange.MERGED)


def is_split(old: Field, new: Field, pair: Pair) -> bool:
    kind = classify_type_change(old.type, new.type, pair.old.schema, pair.new.schema, {})
    return kind is TypeChange.SPLIT


def _recut(pair: Pair, change: FieldChange, olds: list[Field], news: list[Field]) -> Edit:
    before, after = as_fixes(olds), as_fixes(news)
    if change.how is ChangeKind.CUT:
        return make_edit(pair, change.old, change.new, f"{before} became {after}: the same bytes")
    formerly = " ".join(f"formerly {old.name}" for old in olds)
    return make_edit(
        pair,
        change.old,
        change.new,
        f"{after} {'stands' if len(news) == 1 else 'stand'} where {before} stood: is it the same?",
        moves=True,
        help=f"say `{formerly}` where it is; else leave `unused` bytes in the place",
        remedies=declare_formerly(news, olds),
    )


def _fields(change: FieldChange) -> tuple[list[Field], list[Field]]:
    return (
        [piece for piece in change.old if isinstance(piece, Field)],
        [piece for piece in change.new if isinstance(piece, Field)],
    )


def _is_array(field: Field) -> bool:
    return isinstance(field.type, Array | Bytes)
