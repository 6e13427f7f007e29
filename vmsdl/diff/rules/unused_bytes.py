"""Unused bytes: in words, and whether they are as many as the fields that they replace."""

from collections.abc import Iterator, Sequence

from vmsdl.diff.edits.field_changes import ChangeKind, FieldChange, PairMember, measure_members
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.rules.conditions import Condition
from vmsdl.expr.nodes import Extern
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Field, Unused


def find_kept_unused(pair: Pair) -> Iterator[tuple[Unused, Unused]]:
    """Unused bytes of both sides in the same place, one to one."""
    for change in pair.find_changes(ChangeKind.KEPT):
        match change.old, change.new:
            case (Unused() as old,), (Unused() as new,):
                yield old, new
            case _:
                pass


def describe_unused(members: Sequence[PairMember]) -> str:
    """The unused bytes among some members, as a schema writes them."""
    return ", ".join(_write(member) for member in members if isinstance(member, Unused))


def find_fields(members: Sequence[PairMember]) -> list[Field]:
    """The fields among some members."""
    return [member for member in members if isinstance(member, Field)]


def has_same_bytes(pair: Pair, change: FieldChange) -> bool:
    """Both sides take the same number of bytes, in the same streams."""
    there = measure_members(change.old, pair.old.schema)
    here = measure_members(change.new, pair.new.schema)
    gates = {(member.since, member.condition) for member in (*change.old, *change.new)}
    return there is not None and there == here and len(gates) == 1


def _write(unused: Unused) -> str:
    since = f" since {unused.since}" if unused.since else ""
    return f"`unused[{unparse(unused.length)}]{since}{_write_condition(unused.condition)}`"


def _write_condition(condition: Condition) -> str:
    match condition:
        case None:
            return ""
        case Extern():
            return " if extern"
        case expression:
            return f" if {unparse(expression)}"
