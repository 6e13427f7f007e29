"""From a place in a schema to what its expressions are read with: the bodies, and what holds."""

from collections.abc import Iterator

from vmsdl.analysis.uses import Body
from vmsdl.prove.reading import Reading
from vmsdl.prove.terms import Constant, Term, Variable, equal
from vmsdl.schema.description import Description, Field, Schema, Step, Unused, Validate
from vmsdl.schema.expression import Expr


def reading_of(schema: Schema, body: Body, version: int | None = None) -> Reading:
    """A reading of what stands in this body."""
    return Reading(schema, descriptions(body), version)


def descriptions(body: Body) -> tuple[Description, ...]:
    return tuple(each.description for each in (body, *body.owners))


def checked_before(body: Body, step: Step | None) -> Iterator[tuple[int, Expr]]:
    """The checks that were passed when a step is reached, in every state; None: before all steps.

    Of owners all steps are behind, for subsections stand at the end.
    """
    for up, each in enumerate((body, *body.owners)):
        for other in each.description.steps:
            if up == 0 and (step is None or other is step):
                break
            if _is_always_there(other, each.description):
                yield from ((up, condition) for condition in conditions(other))


def declared_invariants(body: Body) -> Iterator[tuple[int, Expr]]:
    """Every check of a body and its owners: what an object in a good state satisfies."""
    for up, each in enumerate((body, *body.owners)):
        for step in each.description.steps:
            if isinstance(step, Unused) or _is_always_there(step, each.description, any_since=True):
                yield from ((up, condition) for condition in conditions(step))


def conditions(step: Step) -> tuple[Expr, ...]:
    """What a step checks."""
    match step:
        case Validate(condition=condition):
            return (condition,)
        case Field(checks=checks):
            return tuple(check.condition for check in checks)
        case Unused():
            return ()


def _is_always_there(step: Step, description: Description, *, any_since: bool = False) -> bool:
    if isinstance(step, Validate):
        return True
    return step.condition is None and (any_since or step.since <= description.minimum_version_id)


def properties_at_default(reading: Reading, body: Body) -> Iterator[Term]:
    """The properties that were read have their defaults: the newest machine type."""
    for scope in reading.scopes():
        for each in scope.description.properties:
            name = f"{scope.name}{each.name}"
            if name in reading.variables:
                yield equal(Variable(name), Constant(reading.variables[name].default))
