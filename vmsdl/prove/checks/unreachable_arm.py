"""An enum value that every field of the enum refuses."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import CheckedBody, find_bodies
from vmsdl.diagnostics.codes import UNREACHABLE_ARM
from vmsdl.diagnostics.diagnostic import Diagnostic, Label
from vmsdl.expr.nodes import Operator
from vmsdl.prove.formula import BinaryFormula, Constant, Formula, and_, make_different, make_equal
from vmsdl.prove.invariants import make_encoder
from vmsdl.prove.solve import SMALL, never
from vmsdl.schema.description import (
    Description,
    EnumDefinition,
    EnumMember,
    Field,
    Local,
    Property,
    Schema,
)
from vmsdl.schema.types import Array, EnumType, Type

_MOST_MEMBERS = 256  # longer lists are tables, which nobody refuses by hand


def unreachable_arm(schema: Schema) -> Iterator[Diagnostic]:
    # An enum of a file that others import as well may have fields in those others.
    own = [each for each in schema.files[-1].definitions if isinstance(each, EnumDefinition)]
    holders = _holders(schema)
    for enum in own:
        held = holders.get(enum.name, [])
        if (
            not held
            or len(enum.members) > _MOST_MEMBERS
            or any(field is None or not field.checks for _, field in held)
        ):
            continue
        fields = [(body, field) for body, field in held if field is not None]
        for member in enum.members:
            if all(_is_refused(schema, enum, member, body, field) for body, field in fields):
                yield Diagnostic(
                    code=UNREACHABLE_ARM,
                    message=(
                        f"enum value `{enum.name}.{member.name}` is unreachable: every field"
                        " refuses it"
                    ),
                    labels=(
                        Label(member.name_span, "refused by every field"),
                        *(
                            Label(check.condition.span, "refuses it")
                            for _, field in fields
                            for check in field.checks[:1]
                        ),
                    ),
                    context=f'in {"flags" if enum.is_flags else "enum"} "{enum.name}"',
                    help="remove the enum value, or correct the check",
                )


def _holders(schema: Schema) -> dict[str, list[tuple[CheckedBody, Field | None]]]:
    """What can hold a value of each enum; None where no check could refuse one."""
    found: dict[str, list[tuple[CheckedBody, Field | None]]] = {}
    for body in find_bodies(schema):
        description: Description = body.description
        unsent: tuple[Local | Property, ...] = (*description.locals, *description.properties)
        for each in unsent:
            for name in _enums(each.type):
                found.setdefault(name, []).append((body, None))
        for field in description.fields:
            for name in _enums(field.type):
                is_plain = isinstance(field.type, EnumType)
                found.setdefault(name, []).append((body, field if is_plain else None))
    return found


def _enums(of: Type) -> Iterator[str]:
    if isinstance(of, EnumType):
        yield of.name
    elif isinstance(of, Array):
        yield from _enums(of.element)


def _is_refused(
    schema: Schema, enum: EnumDefinition, member: EnumMember, body: CheckedBody, field: Field
) -> bool:
    encoder = make_encoder(schema, body)
    value, _ = encoder.field(field.name)
    checks = [encoder.encode(check.condition) for check in field.checks]
    there: Formula = make_equal(value, Constant(member.value))
    if enum.is_flags and member.value:
        here = BinaryFormula(Operator.AND_BITS, value, Constant(member.value))
        there = make_different(here, Constant(0))
    return never(and_(there, *checks), encoder.domain, SMALL).is_yes
