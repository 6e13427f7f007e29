"""Unused bytes in words, and whether they are the place of what stood there."""

from collections.abc import Iterable, Iterator, Sequence

from vmsdl.diff.edits.pair import FieldChange, Pair, PairMember
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Field, Schema, Unused
from vmsdl.schema.sizes import measure_type


def find_padding(changes: Iterable[FieldChange]) -> Iterator[tuple[Unused, Unused]]:
    """Unused bytes that stand for each other, one for one."""
    for change in changes:
        match change:
            case FieldChange(old=(Unused() as old,), new=(Unused() as new,)):
                yield old, new


def count_bytes(pieces: Sequence[PairMember]) -> str:
    return ", ".join(_written(piece) for piece in pieces if isinstance(piece, Unused))


def find_replaced_fields(pieces: Sequence[PairMember]) -> list[Field]:
    return [piece for piece in pieces if isinstance(piece, Field)]


def is_in_place(pair: Pair, change: FieldChange) -> bool:
    """As many bytes as before, in the same streams."""
    there, here = find_size(change.old, pair.old.schema), find_size(change.new, pair.new.schema)
    if there is None or there != here:
        return False
    gates = {(piece.since, piece.condition) for piece in (*change.old, *change.new)}
    return len(gates) == 1


def find_size(pieces: Sequence[PairMember], schema: Schema) -> int | None:
    """All together; None: it depends on the state."""
    sizes = [
        (
            measure_type(piece.type, schema)
            if isinstance(piece, Field)
            else fold_constant(piece.length)
        )
        for piece in pieces
    ]
    return None if None in sizes else sum(int(size) for size in sizes if size is not None)


def _written(gap: Unused) -> str:
    since = f" since {gap.since}" if gap.since else ""
    return f"`unused[{unparse(gap.length)}]{since}{_condition(gap.condition)}`"


def _condition(condition: Expr | Extern | None) -> str:
    match condition:
        case None:
            return ""
        case Extern():
            return " if extern"
        case expression:
            return f" if {unparse(expression)}"
