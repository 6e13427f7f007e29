"""Conditions in the messages of rules: in words, compared, and what they read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vmsdl.diff.edits.pair import Pair
from vmsdl.diff.machines import limit_to_machine
from vmsdl.diff.matching.fields import match_fields
from vmsdl.expr.logic import map_places
from vmsdl.expr.nodes import Expr, Extern, Item, Member, Select, children
from vmsdl.expr.text import unparse
from vmsdl.prove.implication import Relation, compare_conditions
from vmsdl.schema.description import Description, Schema
from vmsdl.schema.members import SettableMember, find_settable_members

# The bodies that an expression can name members of: old with new, innermost first.
Scope = tuple[tuple[Description, Description], ...]
Condition = Expr | Extern | None  # None: always

RELATION_WORDS = {
    Relation.SAME: "equivalent conditions",
    Relation.LOOSER: "sent in more cases",
    Relation.TIGHTER: "sent in fewer cases",
    Relation.OTHER: "sent in other cases",
    Relation.OPEN: "the conditions cannot be compared",
}


def find_relation(pair: Pair, scope: Scope, old: Condition, new: Condition) -> Relation:
    """How `new` compares with `old`, by proof. OPEN: not decided, or not both are expressions."""
    if old is None or new is None or isinstance(old, Extern) or isinstance(new, Extern):
        return Relation.OPEN
    return compare_conditions(
        _name_uniformly(old, scope, is_old=True),
        _name_uniformly(new, scope, is_old=False),
        {**pair.old.schema.enums, **pair.new.schema.enums},
    )


def _name_uniformly(e: Expr, scope: Scope, *, is_old: bool) -> Expr:
    """Fields under their new names, with the body that they are in as part of the name."""
    new_names = [
        {theirs: mine for mine, theirs in match_fields(old, new).items()} if is_old else {}
        for old, new in scope
    ]

    def place(part: Expr) -> Expr:
        match part:
            case Member(up=up, name=name):
                new_name = new_names[up].get(name, name) if up < len(new_names) else name
                return replace(part, name="owner " * up + new_name)
            case Select(value=value):
                return replace(part, value=place(value))
            case Item(value=value, index=index):
                return replace(part, value=place(value), index=map_places(index, place))
            case _:
                return part

    return map_places(e, place)


def find_settable_reads(
    condition: Condition, bodies: tuple[Description, ...]
) -> Mapping[tuple[str, str], SettableMember]:
    """The locals and properties that a condition reads, by the names of their body and their own.

    `bodies`: the old ones or the new ones of a scope.
    """
    found: dict[tuple[str, str], SettableMember] = {}
    for member in find_parts(condition):
        if isinstance(member, Member) and member.up < len(bodies):
            body = bodies[member.up]
            for settable in find_settable_members(body):
                if settable.name == member.name:
                    found[body.name, settable.name] = settable
    return found


def find_parts(condition: Condition) -> Iterator[Expr]:
    """A condition and all expressions inside it; none of something outside of the schema."""
    stack = [] if condition is None or isinstance(condition, Extern) else [condition]
    while stack:
        part = stack.pop()
        yield part
        stack += children(part)


def describe_condition(condition: Condition) -> str:
    """A condition as a schema writes it."""
    match condition:
        case None:
            return "always"
        case Extern():
            return "`extern`"
        case expression:
            return f"`{unparse(expression)}`"


def describe_machine_values(schema: Schema, paths: list[tuple[str, str]]) -> str:
    """The values of properties on the machine types of a schema, in words."""
    return "; ".join(f"`{path[1]}` is {limit_to_machine(schema, path)}" for path in paths)
