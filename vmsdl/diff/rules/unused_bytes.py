"""Unused bytes in words, and whether they are the place of what stood there."""

from collections.abc import Iterable, Iterator, Sequence

from vmsdl.diff.edits.pair import Change, Pair, Piece
from vmsdl.expr.fold import constant
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.expr.text import words
from vmsdl.schema.description import Field, Schema, Unused
from vmsdl.schema.sizes import width_of


def gaps(changes: Iterable[Change]) -> Iterator[tuple[Unused, Unused]]:
    """Unused bytes that stand for each other, one for one."""
    for change in changes:
        match change:
            case Change(old=(Unused() as old,), new=(Unused() as new,)):
                yield old, new


def bytes_of(pieces: Sequence[Piece]) -> str:
    return ", ".join(_written(piece) for piece in pieces if isinstance(piece, Unused))


def fields_of(pieces: Sequence[Piece]) -> list[Field]:
    return [piece for piece in pieces if isinstance(piece, Field)]


def is_in_place(pair: Pair, change: Change) -> bool:
    """As many bytes as before, in the same streams."""
    there, here = size_of(change.old, pair.old.schema), size_of(change.new, pair.new.schema)
    if there is None or there != here:
        return False
    gates = {(piece.since, piece.condition) for piece in (*change.old, *change.new)}
    return len(gates) == 1


def size_of(pieces: Sequence[Piece], schema: Schema) -> int | None:
    """All together; None: it depends on the state."""
    sizes = [
        width_of(piece.type, schema) if isinstance(piece, Field) else constant(piece.length)
        for piece in pieces
    ]
    return None if None in sizes else sum(int(size) for size in sizes if size is not None)


def _written(gap: Unused) -> str:
    since = f" since {gap.since}" if gap.since else ""
    return f"`unused[{words(gap.length)}]{since}{_condition(gap.condition)}`"


def _condition(condition: Expr | Extern | None) -> str:
    match condition:
        case None:
            return ""
        case Extern():
            return " if extern"
        case expression:
            return f" if {words(expression)}"
