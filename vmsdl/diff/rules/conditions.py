"""How one condition compares with another, and what it reads that no stream holds."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.matching.fields import match_names
from vmsdl.expr.logic import map_places
from vmsdl.expr.nodes import Expr, Extern, Item, Member, Select, children
from vmsdl.expr.text import unparse
from vmsdl.prove.implication import Relation, compare_conditions
from vmsdl.schema.description import Description
from vmsdl.schema.members import SettableMember, find_settable_members

# An expression's body and those around it, as far as it can see: old with new.
NameScope = tuple[tuple[Description, Description], ...]


# The new condition beside the old one.
WORDS = {
    Relation.SAME: "in the same cases, otherwise said",
    Relation.LOOSER: "in more cases",
    Relation.TIGHTER: "in fewer cases",
    Relation.OTHER: "in other cases",
    Relation.OPEN: "under another condition",
}


def make_scope(pair: Pair) -> NameScope:
    found = [pair]
    while found[-1].owner is not None:
        found.append(found[-1].owner)
    return tuple((each.old.description, each.new.description) for each in found)


def find_relation(pair: Pair, scope: NameScope, old: Expr, new: Expr) -> Relation:
    """By proof, whatever its fields are called now. OPEN: not decided."""
    before, after = (_told(e, scope, is_old) for e, is_old in ((old, True), (new, False)))
    return compare_conditions(before, after, {**pair.old.schema.enums, **pair.new.schema.enums})


def _told(e: Expr, scope: NameScope, is_old: bool) -> Expr:
    """Fields by the names that they have now, and apart by the body that has them."""
    renamed = [
        {theirs: mine for mine, theirs in match_names(old, new).items()} if is_old else {}
        for old, new in scope
    ]

    def place(part: Expr) -> Expr:
        match part:
            case Member(up=up, name=name):
                now = renamed[up].get(name, name) if up < len(renamed) else name
                return replace(part, name="owner " * up + now)
            case Select(value=value):
                return replace(part, value=place(value))
            case Item(value=value, index=index):
                return replace(part, value=place(value), index=map_places(index, place))
            case _:
                return part

    return map_places(e, place)


def find_known_reads(
    e: Expr | Extern | None, bodies: tuple[Description, ...]
) -> dict[tuple[str, str], SettableMember]:
    """The locals and properties that a condition reads, by description and name."""
    found: dict[tuple[str, str], SettableMember] = {}
    for member in () if e is None or isinstance(e, Extern) else _members(e):
        body = bodies[member.up] if member.up < len(bodies) else None
        for known in () if body is None else find_settable_members(body):
            if body is not None and known.name == member.name:
                found[body.name, known.name] = known
    return found


def _members(e: Expr) -> Iterator[Member]:
    stack = [e]
    while stack:
        part = stack.pop()
        if isinstance(part, Member):
            yield part
        stack += children(part)


def describe_conditions(condition: Expr | Extern | None) -> str:
    """When a field is there."""
    match condition:
        case None:
            return "always"
        case Extern():
            return "where something else decides"
        case expression:
            return f"if `{unparse(expression)}`"
