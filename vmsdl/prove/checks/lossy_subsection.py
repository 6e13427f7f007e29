"""A subsection that is left out in states in which what it carries matters.

Asked is only where the predicate reads a field of the subsection itself: then the field decides
what is worth sending, and the others can be forgotten. A predicate on something else (`status &
DRQ_STAT != 0`) says when the state is in use at all. Where it compares a field with what other
state tells (`phase != told_by_msr`), the receiver is taken to derive that value. Machine types have
their newest properties: those of old ones leave things out on purpose.

A warning where it looks like a slip: a predicate that looks at a part of the lost field, or asks
one flag and not the other, or joins fields by `or` and forgets one. Else a note: most often one
field tells whether the others mean anything, and `@omitted("unused")` says so.
"""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.analysis.expression_uses import Use, UseRole, find_uses
from vmsdl.diagnostics.codes import LOSSY_SUBSECTION
from vmsdl.diagnostics.diagnostic import Diagnostic, Label, Severity
from vmsdl.expr import nodes as e
from vmsdl.expr.logic import collect_parts
from vmsdl.expr.nodes import (
    Expr,
    Expression,
    Member,
    Operator,
    Select,
    SubsectionValue,
)
from vmsdl.prove.budget import Budget
from vmsdl.prove.encode import Encoder
from vmsdl.prove.formula import BinaryFormula, Constant, Formula, Values, and_, make_different, not_
from vmsdl.prove.invariants import Invariants, make_reading, properties_at_default
from vmsdl.prove.solve import never, satisfiable
from vmsdl.prove.witness import describe_state, describe_value
from vmsdl.records import dataclass
from vmsdl.schema import description as d
from vmsdl.schema.description import Field, Schema
from vmsdl.schema.omission import read_omission
from vmsdl.schema.types import BIT, EnumType, Scalar

_MOST_NAMED = 3
_MOST_READ = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class _Lost:
    """A field, and the smallest state in which it is lost."""

    field: Field
    values: Values
    state: str


def lossy_subsection(schema: Schema) -> Iterator[Diagnostic]:
    standing, patience = Invariants(), Budget(is_any_state_enough=False)
    for use in find_uses(schema):
        if use.role is not UseRole.NEEDED or use.body.description.role is not d.Role.SUBSECTION:
            continue
        spoken_of = _spoken_of(use)
        if not spoken_of or use.ranges.decide(use.expression) is not None:
            continue
        lost = _lost(use, spoken_of, schema, standing, patience)
        if lost:
            is_slip = any(_is_slip(each.field, use, spoken_of) for each in lost)
            fault = _fault(use, lost)
            yield fault if is_slip else fault.with_severity(Severity.NOTE)


def _lost(
    use: Use, spoken_of: set[str], schema: Schema, standing: Invariants, patience: Budget
) -> list[_Lost]:
    description = use.body.description
    fields = [field for field in description.fields if _can_be_lost(field, use, spoken_of)]
    found: list[_Lost] = []
    # Long predicates over many fields are asked about the first of them.
    for field in fields[: max(_MOST_NAMED, _MOST_READ // len(use.parts))]:
        reading = make_reading(schema, use.body, description.version_id)
        needed = reading.term(use.expression)
        away = _is_away(field, use, reading)
        reading.learn(standing.invariants(use.body, _read(use, field)))
        domain = reading.domain.knowing(*properties_at_default(reading, use.body))
        if not found and patience.took(never(needed, domain, patience.effort)).is_yes:
            return []  # switched off by default
        answer = patience.took(satisfiable(and_(not_(needed), away), domain, patience.effort))
        if answer.is_yes:
            values = reading.field(field.name)[1]
            found.append(_Lost(field, values, describe_state(answer.witness or {}, domain)))
    return found


def _read(use: Use, field: Field) -> Iterator[Expr]:
    yield use.expression
    for check in field.checks:
        yield check.condition
    yield e.Member(type=e.INTEGER, up=0, name=field.name)


def _is_slip(field: Field, use: Use, spoken_of: set[str]) -> bool:
    """It is most likely forgotten, and not told to matter by the fields that are asked."""
    if field.name in spoken_of or (_is_joined(use.expression) and len(spoken_of) > 1):
        return True
    asked = [each for each in use.body.description.fields if each.name in spoken_of]
    flag = BIT
    return field.type == flag and any(each.type == flag for each in asked)


def _is_joined(expression: Expr) -> bool:
    match expression:
        case e.Let(value=value):
            return _is_joined(value)
        case e.Binary(operator=operator):
            return operator is Operator.OR
        case _:
            return False


def _fault(use: Use, lost: list[_Lost]) -> Diagnostic:
    names = [f"`{each.field.name}`" for each in lost]
    listed = ", ".join(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        listed += f" and {len(names) - _MOST_NAMED} more"
    labels = (Label(each.field.name_span, "not sent then") for each in lost[:_MOST_NAMED])
    return use.body.make_diagnostic(
        LOSSY_SUBSECTION,
        use.expression.span,
        f"{listed} can be lost: this can be false while {_they(names)} not as after reset",
        f"false when {lost[0].state}",
        also=tuple(labels),
        help=_help(lost),
    )


def _they(names: list[str]) -> str:
    return "it is" if len(names) == 1 else "they are"


def _help(lost: list[_Lost]) -> str:
    mends = []
    for each in lost[:_MOST_NAMED]:
        name, values = each.field.name, each.values
        if values.is_whole:
            continue
        default = describe_value(values.default, replace(values, digits=0))
        if values.is_bool:
            mends.append(f"not {name}" if values.default else name)
        else:
            mends.append(f"{name} != {default}")
    said = 'say why nothing is lost: `@omitted("unused")`'
    return f"add `or {' or '.join(mends)}`, or {said}" if mends else said


def _spoken_of(use: Use) -> set[str]:
    """The fields of the subsection that its predicate reads."""
    return {
        field.name
        for field in use.body.description.fields
        if any(_is_field(part, field, use) for part in use.parts)
    }


def _can_be_lost(field: Field, use: Use, spoken_of: set[str]) -> bool:
    """Not what is declared harmless, is the same on both sides, or was looked at in part."""
    if read_omission(field, use.body.description) is not None or field.equal:
        return False
    if field.condition is not None and not isinstance(field.condition, Expression):
        return False
    is_number = isinstance(field.type, EnumType) or (
        isinstance(field.type, Scalar) and not field.type.is_float
    )
    return is_number or field.name not in spoken_of


def _is_away(field: Field, use: Use, reading: Encoder) -> Formula:
    """It differs from what the receiver will have, and would have been sent."""
    value, values = reading.field(field.name)
    differs: list[Formula] = [
        value if values.is_whole else make_different(value, Constant(values.default))
    ]
    if values.default < 0:
        # Not armed, not there: one negative number says it as well as another.
        differs.append(BinaryFormula(Operator.GREATER_EQUAL, value, Constant(0)))
    differs += (make_different(value, reading.term(told)) for told in _told(field, use))
    if isinstance(field.condition, Expression):
        differs.append(reading.term(field.condition))
    return and_(*differs)


def _told(field: Field, use: Use) -> Iterator[Expr]:
    """What other state tells about a field, by a predicate that compares both."""
    own = {each.name for each in use.body.description.fields}
    for part in use.parts:
        if isinstance(part, e.Binary) and part.operator is Operator.NOT_EQUAL:
            for side, other in ((part.left, part.right), (part.right, part.left)):
                read = [each for each in collect_parts(other) if isinstance(each, Member)]
                is_ours = any(each.up == 0 and each.name in own for each in read)
                if _is_field(side, field, use) and read and not is_ours:
                    yield other


def _is_field(expression: Expr, field: Field, use: Use) -> bool:
    match expression:
        case Member(up=up, name=name):
            return up == 0 and name == field.name
        case Select(value=value, name=name):
            return value.type == _own_type(use) and name == field.name
        case _:
            return False


def _own_type(use: Use) -> SubsectionValue:
    bodies = (use.body, *use.body.owners)
    return SubsectionValue(tuple(each.description.name for each in reversed(bodies)))
