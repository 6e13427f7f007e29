"""From two conditions of one body, old and new, to how one follows from the other."""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum

from vmsdl.expr.logic import TRUE, and_, map_places, not_
from vmsdl.expr.nodes import Expr, Item, Let, Literal, Member, Select, children
from vmsdl.prove.conditions import ConditionProver
from vmsdl.schema.description import EnumDefinition


class Relation(Enum):
    """What the new condition is beside the old one."""

    SAME = "it holds in the same cases"
    TIGHTER = "it holds in fewer cases, and in no other"
    LOOSER = "it holds in more cases, and in all that it did"
    OTHER = "neither follows from the other"
    OPEN = "not decided"


def compare_conditions(old: Expr, new: Expr, enums: Mapping[str, EnumDefinition]) -> Relation:
    """Both in the same words."""
    if normalize_form(old) == normalize_form(new):
        return Relation.SAME
    prover = ConditionProver(enums, {}, TRUE)
    less = prover.satisfiable(and_(old, not_(new))).holds
    more = prover.satisfiable(and_(new, not_(old))).holds
    match less, more:
        case False, False:
            return Relation.SAME
        case True, False:
            return Relation.TIGHTER
        case False, True:
            return Relation.LOOSER
        case True, True:
            return Relation.OTHER
        case _:
            return Relation.OPEN


def normalize_form(e: Expr) -> object:
    """What an expression says, whatever its constants are called and its places can hold."""
    match e:
        case Let(value=value):
            return normalize_form(value)
        case Literal(value=value):
            return type(value).__name__, value
        case _:
            names = ("operator", "function", "quantity", "variable", "name", "up")
            own = tuple(getattr(e, name, None) for name in names)
            return (type(e).__name__, *own, *(normalize_form(child) for child in children(e)))


def rename_members(e: Expr, names: Mapping[str, str]) -> Expr:
    """With the members of the body itself called as on the other side."""

    def place(part: Expr) -> Expr:
        match part:
            case Member(up=0, name=name):
                return replace(part, name=names.get(name, name))
            case Select(value=value):
                return replace(part, value=map_places(value, place))
            case Item(value=value, index=index):
                return replace(part, value=map_places(value, place), index=map_places(index, place))
            case _:
                return part

    return map_places(e, place)
