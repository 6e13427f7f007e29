"""Edits of the type of a field."""

from vmsdl.diff.edits.counters import find_counted
from vmsdl.diff.edits.edit import Edit, make_edit
from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.fixes.text_edits import restore_type
from vmsdl.schema.description import Field
from vmsdl.schema.type_text import unparse_type


def make_type_edit(
    pair: Pair, old: Field, new: Field, why: str = "", *, help: str | None = None, moves: bool
) -> Edit:
    """An edit of the type of a field. `why`: what it does, for the message."""
    message = f"`{new.name}` was `{unparse_type(old.type)}` and is `{unparse_type(new.type)}`"
    return make_edit(
        pair,
        old,
        new,
        f"{message}: {why}" if why else message,
        moves=moves,
        help=help,
        remedies=restore_type(old, new),
    )


def describe_counted(pair: Pair, new: Field) -> str:
    """What a field counts, for a message."""
    return f"it counts `{find_counted(pair.new.description, new.name)[0]}`"
