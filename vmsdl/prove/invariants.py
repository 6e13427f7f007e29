"""From a place in a schema to what its expressions are read with: the bodies, and what holds."""

from collections.abc import Iterable, Iterator

from vmsdl.analysis.expression_uses import CheckedBody
from vmsdl.expr.logic import collect_parts
from vmsdl.expr.nodes import Expr, Member
from vmsdl.prove.encode import Encoder
from vmsdl.prove.formula import Constant, Formula, FormulaVariable, make_equal
from vmsdl.records import dataclass
from vmsdl.schema.description import Description, Field, Schema, Step, Unused, Validate


def make_reading(schema: Schema, body: CheckedBody, version: int | None = None) -> Encoder:
    """A reading of what stands in this body."""
    return Encoder(schema, descriptions(body), version)


def descriptions(body: CheckedBody) -> tuple[Description, ...]:
    return tuple(each.description for each in (body, *body.owners))


# Checks that speak of what others speak of can go on for ever. The nearest ones are enough; to
# know less can only leave more undecided, or show a state that a far check would refuse.
_MOST_TOLD = 12


class Invariants:
    """The checks of every body, found by the members that they speak of."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, list[_Known]]] = {}

    def checked_before(
        self, body: CheckedBody, step: Step | None, read: Iterable[Expr]
    ) -> list[tuple[int, Expr]]:
        """Checks that were passed in every state in which a step is reached, on what was read.

        None: before all steps. Of owners all steps are behind, for subsections stand at the end.
        """
        steps = body.description.steps
        before = 0 if step is None else next(i for i, each in enumerate(steps) if each is step)
        return [
            (up, known.condition)
            for up, known in self._about(body, read)
            if known.is_certain and (up or known.position < before)
        ]

    def invariants(self, body: CheckedBody, read: Iterable[Expr]) -> list[tuple[int, Expr]]:
        """Every check of a body and its owners that is not behind an `if`, on what was read: what
        an object in a good state satisfies."""
        return [(up, known.condition) for up, known in self._about(body, read)]

    def _about(self, body: CheckedBody, read: Iterable[Expr]) -> Iterator[tuple[int, "_Known"]]:
        """What speaks of members of these names, or of members that those speak of."""
        waiting = [name for expression in read for name in _names(expression)]
        told: set[str] = set()
        seen: set[int] = set()
        while waiting:
            name = waiting.pop()
            if name in told:
                continue
            told.add(name)
            for up, each in enumerate((body, *body.owners)):
                for known in self._of(each).get(name, ()):
                    if id(known) not in seen and len(seen) < _MOST_TOLD:
                        seen.add(id(known))
                        waiting += known.names
                        yield up, known

    def _of(self, body: CheckedBody) -> dict[str, list["_Known"]]:
        if id(body) not in self._known:
            found: dict[str, list[_Known]] = {}
            minimum = body.description.minimum_version_id
            for position, step in enumerate(body.description.steps):
                if not isinstance(step, Validate) and step.condition is not None:
                    continue
                is_certain = isinstance(step, Validate) or step.since <= minimum
                for condition in conditions(step):
                    names = _names(condition)
                    known = _Known(position, is_certain, condition, names)
                    for name in names:
                        found.setdefault(name, []).append(known)
            self._known[id(body)] = found
        return self._known[id(body)]


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """A check. `is_certain`: made in every version."""

    position: int
    is_certain: bool
    condition: Expr
    names: frozenset[str]


def _names(expression: Expr) -> frozenset[str]:
    """The names of members that an expression reads, whoever's they are."""
    return frozenset(part.name for part in collect_parts(expression) if isinstance(part, Member))


def conditions(step: Step) -> tuple[Expr, ...]:
    """What a step checks."""
    match step:
        case Validate(condition=condition):
            return (condition,)
        case Field(checks=checks):
            return tuple(check.condition for check in checks)
        case Unused():
            return ()


def properties_at_default(reading: Encoder, body: CheckedBody) -> Iterator[Formula]:
    """The properties that were read have their defaults: the newest machine type."""
    for scope in reading.scopes():
        for each in scope.description.properties:
            name = f"{scope.name}{each.name}"
            if name in reading.variables:
                yield make_equal(FormulaVariable(name), Constant(reading.variables[name].default))
