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

from vmsdl.analysis.uses import Role, Use, parts, uses
from vmsdl.diagnostics.catalogue.proofs import LOSSY_SUBSECTION
from vmsdl.diagnostics.diagnostic import Diagnostic, Label, Severity
from vmsdl.prove.omission import omission
from vmsdl.prove.question import Answer, never, satisfiable
from vmsdl.prove.reading import Reading
from vmsdl.prove.standing import declared_invariants, properties_at_default, reading_of
from vmsdl.prove.terms import Binary, Constant, Domain, Term, both, different, negation
from vmsdl.prove.witness import shown, value_shown
from vmsdl.schema import description as d
from vmsdl.schema import expression as e
from vmsdl.schema.description import Field, Schema
from vmsdl.schema.expression import (
    Expr,
    Expression,
    Member,
    Operator,
    Select,
    SubsectionValue,
)
from vmsdl.schema.types import EnumType, Scalar

_MOST_NAMED = 3


def lossy_subsection(schema: Schema) -> Iterator[Diagnostic]:
    for use in uses(schema):
        if use.role is Role.NEEDED and use.body.description.role is d.Role.SUBSECTION:
            spoken_of = _spoken_of(use)
            if spoken_of and use.ranges.truth(use.expression) is None:
                yield from _of_subsection(use, spoken_of, schema)


def _of_subsection(use: Use, spoken_of: set[str], schema: Schema) -> Iterator[Diagnostic]:
    fields = [field for field in use.body.description.fields if _can_be_lost(field, use, spoken_of)]
    if not fields:
        return
    reading = reading_of(schema, use.body, use.body.description.version_id)
    needed = reading.term(use.expression)
    away = {field.name: _is_away(field, use, reading) for field in fields}
    reading.learn(declared_invariants(use.body))
    domain = reading.domain.knowing(*properties_at_default(reading, use.body))
    if never(needed, domain).is_yes:
        return  # switched off by default
    lost: list[tuple[Field, Answer]] = []
    for field in fields:
        answer = satisfiable(both(negation(needed), away[field.name]), domain)
        if answer.is_yes:
            lost.append((field, answer))
    if lost:
        is_slip = any(_is_slip(field, use, spoken_of) for field, _ in lost)
        fault = _fault(use, lost, reading, domain)
        yield fault if is_slip else fault.as_severity(Severity.NOTE)


def _is_slip(field: Field, use: Use, spoken_of: set[str]) -> bool:
    """It is most likely forgotten, and not told to matter by the fields that are asked."""
    if field.name in spoken_of or (_is_joined(use.expression) and len(spoken_of) > 1):
        return True
    asked = [each for each in use.body.description.fields if each.name in spoken_of]
    flag = Scalar("bool")
    return field.type == flag and any(each.type == flag for each in asked)


def _is_joined(expression: Expr) -> bool:
    match expression:
        case e.Let(value=value):
            return _is_joined(value)
        case e.Binary(operator=operator):
            return operator is Operator.OR
        case _:
            return False


def _fault(
    use: Use, lost: list[tuple[Field, Answer]], reading: Reading, domain: Domain
) -> Diagnostic:
    names = [f"`{field.name}`" for field, _ in lost]
    listed = ", ".join(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        listed += f" and {len(names) - _MOST_NAMED} more"
    witness = lost[0][1].witness or {}
    return use.body.fault(
        LOSSY_SUBSECTION,
        use.expression.span,
        f"{listed} can be lost: this can be false while {_they(names)} not as after reset",
        f"false when {shown(witness, domain)}",
        also=tuple(Label(field.name_span, "not sent then") for field, _ in lost[:_MOST_NAMED]),
        help=_help(lost, reading),
    )


def _they(names: list[str]) -> str:
    return "it is" if len(names) == 1 else "they are"


def _help(lost: list[tuple[Field, Answer]], reading: Reading) -> str:
    mends = []
    for field, _ in lost[:_MOST_NAMED]:
        _, values = reading.field(field.name)
        if values.is_whole:
            continue
        default = value_shown(values.default, replace(values, digits=0))
        if values.is_bool:
            mends.append(f"not {field.name}" if values.default else field.name)
        else:
            mends.append(f"{field.name} != {default}")
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
    if omission(field, use.body.description) is not None or field.equal:
        return False
    if field.condition is not None and not isinstance(field.condition, Expression):
        return False
    is_number = isinstance(field.type, EnumType) or (
        isinstance(field.type, Scalar) and field.type.name != "f64"
    )
    return is_number or field.name not in spoken_of


def _is_away(field: Field, use: Use, reading: Reading) -> Term:
    """It differs from what the receiver will have, and would have been sent."""
    value, values = reading.field(field.name)
    differs: list[Term] = [value if values.is_whole else different(value, Constant(values.default))]
    if values.default < 0:
        # Not armed, not there: one negative number says it as well as another.
        differs.append(Binary(Operator.GREATER_EQUAL, value, Constant(0)))
    differs += (different(value, reading.term(told)) for told in _told(field, use))
    if isinstance(field.condition, Expression):
        differs.append(reading.term(field.condition))
    return both(*differs)


def _told(field: Field, use: Use) -> Iterator[Expr]:
    """What other state tells about a field, by a predicate that compares both."""
    own = {each.name for each in use.body.description.fields}
    for part in use.parts:
        if isinstance(part, e.Binary) and part.operator is Operator.NOT_EQUAL:
            for side, other in ((part.left, part.right), (part.right, part.left)):
                read = [each for each in parts(other) if isinstance(each, Member)]
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
