"""A subsection that is not sent in states in which its fields matter.

Asked is only where the predicate reads a field of the subsection itself: then the field decides
what is worth sending, and the others can be forgotten. A predicate on something else (`status &
DRQ_STAT != 0`) says when the state is in use at all. Where it compares a field with what other
state tells (`phase != told_by_msr`), the receiver is taken to derive that value, if a hook can. A
field that a hook says to set is not lost. Machine types have their newest properties: those of old
ones leave things out on purpose.

A warning where it looks like a slip: a predicate that looks at a part of the lost field, or asks
one flag and not the other, or joins fields by `or` and forgets one. Else a note: most often one
field tells whether the others mean anything, and `@omitted("unused")` says so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vmsdl.analysis.expression_uses import Use, UseRole, find_uses
from vmsdl.analysis.loading_hooks import is_set, may_be_set
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
from vmsdl.prove.encode import Encoder
from vmsdl.prove.formula import BinaryFormula, Constant, Formula, Values, and_, make_different, not_
from vmsdl.prove.invariants import Invariants, find_default_properties, make_encoder
from vmsdl.prove.proof_budget import ProofBudget
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
    invariants, budget = Invariants(), ProofBudget(is_any_state_enough=False)
    for use in find_uses(schema):
        if use.role is not UseRole.NEEDED or use.body.description.role is not d.Role.SUBSECTION:
            continue
        asked_fields = _find_asked_fields(use)
        if not asked_fields or use.ranges.decide(use.expression) is not None:
            continue
        lost = _find_lost(use, asked_fields, schema, invariants, budget)
        if lost:
            is_slip = any(_is_slip(each.field, use, asked_fields) for each in lost)
            diagnostic = _make_diagnostic(use, lost)
            yield diagnostic if is_slip else diagnostic.with_severity(Severity.NOTE)


def _find_lost(
    use: Use, asked_fields: set[str], schema: Schema, invariants: Invariants, budget: ProofBudget
) -> list[_Lost]:
    description = use.body.description
    fields = [
        field
        for field in description.fields
        if _can_be_lost(field, use, asked_fields) and not is_set(schema, use.body, field.name)
    ]
    found: list[_Lost] = []
    # Long predicates over many fields are asked about the first of them.
    for field in fields[: max(_MOST_NAMED, _MOST_READ // len(use.parts))]:
        encoder = make_encoder(schema, use.body, description.version_id)
        needed = encoder.encode(use.expression)
        known = may_be_set(schema, use.body, field.name)
        away = _is_away(field, _find_known_values(field, use) if known else (), encoder)
        encoder.assume(invariants.find_all(use.body, _read(use, field)))
        domain = encoder.domain.knowing(*find_default_properties(encoder))
        if not found and budget.record(never(needed, domain, budget.effort)).is_yes:
            return []  # switched off by default
        answer = budget.record(satisfiable(and_(not_(needed), away), domain, budget.effort))
        if answer.is_yes:
            values = encoder.field(field.name)[1]
            found.append(_Lost(field, values, describe_state(answer.witness or {}, domain)))
    return found


def _read(use: Use, field: Field) -> Iterator[Expr]:
    yield use.expression
    for check in field.checks:
        yield check.condition
    yield e.Member(type=e.INTEGER, up=0, name=field.name)


def _is_slip(field: Field, use: Use, asked_fields: set[str]) -> bool:
    """It is most likely forgotten, and not told to matter by the fields that are asked."""
    if field.name in asked_fields or (_is_joined(use.expression) and len(asked_fields) > 1):
        return True
    asked = [each for each in use.body.description.fields if each.name in asked_fields]
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


def _make_diagnostic(use: Use, lost: list[_Lost]) -> Diagnostic:
    names = [f"`{each.field.name}`" for each in lost]
    listed = ", ".join(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        listed += f" and {len(names) - _MOST_NAMED} more"
    labels = (Label(each.field.name_span, "not sent then") for each in lost[:_MOST_NAMED])
    return use.body.make_diagnostic(
        LOSSY_SUBSECTION,
        use.expression.span,
        f"{listed} can be lost: the condition can be false while {_they(names)}",
        f"false when {lost[0].state}",
        also=tuple(labels),
        help=_help(lost),
    )


def _they(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} is not at its reset value"
    return "they are not at their reset values"


def _help(lost: list[_Lost]) -> str:
    additions = []
    for each in lost[:_MOST_NAMED]:
        name, values = each.field.name, each.values
        if values.is_whole:
            continue
        default = describe_value(values.default, replace(values, digits=0))
        if values.is_bool:
            additions.append(f"not {name}" if values.default else name)
        else:
            additions.append(f"{name} != {default}")
    annotation = '`@omitted("unused")` if nothing is lost'
    if not additions:
        return f"add {annotation}"
    return f"add `or {' or '.join(additions)}`, or add {annotation}"


def _find_asked_fields(use: Use) -> set[str]:
    """The fields of the subsection that its predicate reads."""
    return {
        field.name
        for field in use.body.description.fields
        if any(_is_field(part, field, use) for part in use.parts)
    }


def _can_be_lost(field: Field, use: Use, asked_fields: set[str]) -> bool:
    """Not what is declared harmless, is the same on both sides, or was looked at in part."""
    if read_omission(field, use.body.description) is not None or field.equal:
        return False
    if field.condition is not None and not isinstance(field.condition, Expression):
        return False
    is_number = isinstance(field.type, EnumType) or (
        isinstance(field.type, Scalar) and not field.type.is_float
    )
    return is_number or field.name not in asked_fields


def _is_away(field: Field, derived: Iterable[Expr], encoder: Encoder) -> Formula:
    """It differs from what the receiver will have, and would have been sent.

    `derived`: what a hook of the receiver can make of other fields.
    """
    value, values = encoder.field(field.name)
    differs: list[Formula] = [
        value if values.is_whole else make_different(value, Constant(values.default))
    ]
    if values.default < 0:
        # Not armed, not there: one negative number says it as well as another.
        differs.append(BinaryFormula(Operator.GREATER_EQUAL, value, Constant(0)))
    differs += (make_different(value, encoder.encode(each)) for each in derived)
    if isinstance(field.condition, Expression):
        differs.append(encoder.encode(field.condition))
    return and_(*differs)


def _find_known_values(field: Field, use: Use) -> Iterator[Expr]:
    """What other fields say about a field, by a predicate that compares both."""
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
