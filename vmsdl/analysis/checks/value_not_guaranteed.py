"""A constant that the `where` of the local or property it is for does not allow."""

from collections.abc import Iterator, Mapping

from vmsdl.analysis.expression_uses import find_bodies
from vmsdl.analysis.references import find_embeddings
from vmsdl.diagnostics.codes import DEFAULT_OUT_OF_RANGE, SETTING_OUT_OF_RANGE, WITH_OUT_OF_RANGE
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import make_literal, map_places
from vmsdl.expr.nodes import EnumValue, Expr, Member
from vmsdl.expr.text import unparse
from vmsdl.schema.description import Check, Description, Schema
from vmsdl.schema.members import SettableMember, find_settable_members


def value_not_guaranteed(schema: Schema) -> Iterator[Diagnostic]:
    for body in find_bodies(schema):
        for member in _index(body.description).values():
            if member.default is not None:
                yield from _check(DEFAULT_OUT_OF_RANGE, member, member.default, body.context)
    for embedding in find_embeddings(schema):
        members = _index(schema.descriptions[embedding.struct.name])
        for name, value in embedding.field.bindings:
            if name in members:  # of a map, it may be one of the other struct
                context = embedding.body.context
                yield from _check(WITH_OUT_OF_RANGE, members[name], value, context)
    for machine in schema.machines.values():
        for setting in machine.settings:
            description = schema.descriptions.get(setting.path[0])
            members = {} if description is None else _index(description)
            if len(setting.path) == 2 and setting.path[1] in members:
                member = members[setting.path[1]]
                context = f'in machine "{machine.name}"'
                yield from _check(SETTING_OUT_OF_RANGE, member, setting.value, context)


def _index(description: Description) -> Mapping[str, SettableMember]:
    return {member.name: member for member in find_settable_members(description)}


def _check(code: Code, member: SettableMember, value: Expr, context: str) -> Iterator[Diagnostic]:
    constant = fold_constant(value)
    if constant is None:
        return
    for check in member.checks:
        if _is_broken(check, member.name, make_literal(constant)):
            shown = unparse(value) if isinstance(value.type, EnumValue) else constant
            yield Diagnostic(
                code=code,
                message=f"`{member.name}` cannot be {shown}: it has"
                f" `where {unparse(check.condition)}`",
                labels=(
                    Label(value.span, "not allowed"),
                    Label(check.condition.span, "required here"),
                ),
                context=context,
            )
            return


def _is_broken(check: Check, name: str, value: Expr) -> bool:
    """Is the condition false for this value, whatever else it reads?"""

    def read(place: Expr) -> Expr:
        return value if isinstance(place, Member) and (place.up, place.name) == (0, name) else place

    return fold_constant(map_places(check.condition, read)) is False
