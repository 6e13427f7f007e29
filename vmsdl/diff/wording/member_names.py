"""Numbers that an enum or flags has names for, by these names: `mode == Mode.RUN`."""

from dataclasses import replace

from vmsdl.diff.matching.fields import Side
from vmsdl.expr.nodes import (
    OPPOSITE,
    Binary,
    EnumValue,
    Expr,
    Literal,
    Operator,
    with_children,
)

_NAMED = (*OPPOSITE, Operator.AND_BITS)


def name_members(e: Expr, sender: Side | None) -> Expr:
    """The condition with names of members, where they are the sender's own."""
    if sender is None:
        return e
    match e:
        case Binary(
            operator=operator, left=left, right=Literal(name=None, value=value)
        ) if operator in _NAMED and isinstance(left.type, EnumValue):
            enum = sender.schema.enums.get(left.type.name)
            members = () if enum is None else enum.members
            name = next((each.name for each in members if each.value == value), None)
            if name is None or (operator is Operator.AND_BITS and not value):
                return e
            named = Literal(type=left.type, value=value, name=f"{left.type.name}.{name}")
            return replace(e, right=named)
        case _:
            return with_children(e, lambda child: name_members(child, sender))
