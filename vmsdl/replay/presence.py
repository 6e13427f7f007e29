"""Whether a section is sent at all: a device's `needed` in a state of it."""

from typing import Any

from vmsdl.diff.layout.flatten import Flattener
from vmsdl.expr.logic import find_path, is_false, make_literal, map_places
from vmsdl.expr.nodes import Expr, Extern, Item
from vmsdl.replay.program import ReplaySide
from vmsdl.schema.description import Role


def is_sent(program: ReplaySide, o: Any) -> bool:
    """False where it is not, for sure: a generated class writes what it is asked to write."""
    d = program.side.description
    if d.role is not Role.DEVICE or d.needed is None or isinstance(d.needed, Extern):
        return True
    flattener = Flattener(program.side.schema)
    needed = flattener.rewrite(d.needed, (flattener.place_top(d, d.version_id),))
    return not is_false(map_places(needed, lambda part: find_defaults(program, o, part)))


def find_defaults(program: ReplaySide, o: Any, part: Expr) -> Expr:
    """A place as the number that stands there; as it was, where it is none."""
    if isinstance(part, Item):
        index = map_places(part.index, lambda inner: find_defaults(program, o, inner))
        part = Item(type=part.type, value=part.value, index=index)
    key = find_path(part)
    try:
        value = None if key is None else program.get(o, key)
    except LookupError:
        return part
    return make_literal(value) if isinstance(value, int) else part
