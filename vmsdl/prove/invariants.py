"""What holds in every good state: the checks of a schema, by the members that they read."""

from collections.abc import Iterable, Iterator

from vmsdl.analysis.expression_uses import CheckedBody
from vmsdl.expr.logic import collect_parts
from vmsdl.expr.nodes import Expr, Member
from vmsdl.prove.encode import Encoder
from vmsdl.prove.formula import Constant, Formula, FormulaVariable, make_equal
from vmsdl.records import dataclass
from vmsdl.schema.description import Field, Schema, Step, Unused, Validate
from vmsdl.schema.members import find_settable_members


def make_encoder(schema: Schema, body: CheckedBody, version: int | None = None) -> Encoder:
    """Encodes expressions of this body."""
    bodies = tuple(each.description for each in (body, *body.owners))
    return Encoder(schema, bodies, version)


# One check leads to others that read the same members. The nearest ones are enough: to know fewer
# leaves more undecided, or shows a state that a distant check would refuse.
_MOST_CHECKS = 12

_BEFORE_ALL = -1  # the position of what the program guarantees of a local or property


class Invariants:
    """The checks of all bodies of a schema."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, list[_Check]]] = {}

    def find_checked_before(
        self, body: CheckedBody, step: Step | None, read: Iterable[Expr]
    ) -> list[tuple[int, Expr]]:
        """The checks on what is read that hold in every state in which a step is reached.

        Each comes with how many owners out its body is. `step` None: before all steps. All steps
        of an owner are done by then: subsections come at the end.
        """
        steps = body.description.steps
        before = 0 if step is None else next(i for i, each in enumerate(steps) if each is step)
        return [
            (up, known.condition)
            for up, known in self._find_related(body, read)
            if known.is_certain and (up or known.position < before)
        ]

    def find_all(self, body: CheckedBody, read: Iterable[Expr]) -> list[tuple[int, Expr]]:
        """All checks on what is read that an object in a good state satisfies: those of a body and
        its owners that are not behind an `if`."""
        return [(up, known.condition) for up, known in self._find_related(body, read)]

    def _find_related(
        self, body: CheckedBody, read: Iterable[Expr]
    ) -> Iterator[tuple[int, "_Check"]]:
        """Checks that read the same members, or members that such checks read."""
        waiting = [name for expression in read for name in _find_names(expression)]
        done: set[str] = set()
        seen: set[int] = set()
        while waiting:
            name = waiting.pop()
            if name in done:
                continue
            done.add(name)
            for up, each in enumerate((body, *body.owners)):
                for known in self._index_checks(each).get(name, ()):
                    if id(known) not in seen and len(seen) < _MOST_CHECKS:
                        seen.add(id(known))
                        waiting += known.names
                        yield up, known

    def _index_checks(self, body: CheckedBody) -> dict[str, list["_Check"]]:
        if id(body) not in self._known:
            found: dict[str, list[_Check]] = {}
            minimum = body.description.minimum_version_id
            for member in find_settable_members(body.description):
                for check in member.checks:
                    names = _find_names(check.condition)
                    known = _Check(_BEFORE_ALL, True, check.condition, names)
                    for name in names:
                        found.setdefault(name, []).append(known)
            for position, step in enumerate(body.description.steps):
                if not isinstance(step, Validate) and step.condition is not None:
                    continue
                is_certain = isinstance(step, Validate) or step.since <= minimum
                for condition in _find_conditions(step):
                    names = _find_names(condition)
                    known = _Check(position, is_certain, condition, names)
                    for name in names:
                        found.setdefault(name, []).append(known)
            self._known[id(body)] = found
        return self._known[id(body)]


@dataclass(frozen=True, slots=True, eq=False)
class _Check:
    """A check. `is_certain`: made in every version."""

    position: int
    is_certain: bool
    condition: Expr
    names: frozenset[str]


def _find_names(expression: Expr) -> frozenset[str]:
    """The names of members that an expression reads, whoever's they are."""
    return frozenset(part.name for part in collect_parts(expression) if isinstance(part, Member))


def _find_conditions(step: Step) -> tuple[Expr, ...]:
    """What a step checks of every state, saved or loaded."""
    match step:
        case Validate(condition=condition, is_load_only=False):
            return (condition,)
        case Field(checks=checks):
            return tuple(check.condition for check in checks if not check.is_load_only)
        case Unused() | Validate():
            return ()


def find_default_properties(encoder: Encoder) -> Iterator[Formula]:
    """The properties that were read have their defaults, as on the newest machine type."""
    for scope in encoder.scopes():
        for each in scope.description.properties:
            name = f"{scope.name}{each.name}"
            if name in encoder.variables:
                yield make_equal(FormulaVariable(name), Constant(encoder.variables[name].default))
