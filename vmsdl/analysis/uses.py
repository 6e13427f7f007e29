"""From a schema to every expression in it, each with where it stands and what is known there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from enum import Enum
from functools import lru_cache
from typing import TypeAlias, assert_never

from vmsdl.analysis.facts import Facts, Key
from vmsdl.analysis.intervals import ANY, NATURAL, Interval, exactly
from vmsdl.analysis.ranges import Ranges
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, Severity
from vmsdl.records import dataclass
from vmsdl.schema.description import (
    Annotation,
    Description,
    Field,
    LetDefinition,
    Local,
    Placed,
    Property,
    Schema,
    Step,
    Unused,
    Validate,
)
from vmsdl.schema.expression import EXTERN, Binary, Expr, Expression, Extern, Let, Operator
from vmsdl.schema.types import (
    Array,
    Bitmap,
    Blob,
    Bytes,
    EnumType,
    ListType,
    MapType,
    Opaque,
    Scalar,
    StructType,
    Type,
)
from vmsdl.source import NOWHERE, Span

Declared: TypeAlias = Field | Local | Property | LetDefinition | Description
Gate: TypeAlias = frozenset[Expr]


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One description with its owners, innermost first (none for a device or struct)."""

    description: Description
    owners: "tuple[Body, ...]" = ()
    members: Mapping[str, Declared] = field(default_factory=dict)

    @property
    def level(self) -> int:
        return len(self.owners)

    @property
    def context(self) -> str:
        return f'in {self.description.role.value} "{self.description.wire_name}"'

    @property
    def is_recorded(self) -> bool:
        """Imported from a machine's own description: what real programs do is not refused."""
        return any(is_recorded(body.description.annotations) for body in (self, *self.owners))

    def fault(
        self,
        code: Code,
        span: Span,
        message: str,
        label: str = "",
        *,
        also: tuple[Label, ...] = (),
        help: str | None = None,
        severity: Severity | None = None,
    ) -> Diagnostic:
        """A fault found in this body."""
        return Diagnostic(
            code=code,
            message=message,
            labels=(Label(span, label), *also),
            context=self.context,
            help=help,
            severity_override=severity,
        )

    def member(self, up: int, name: str) -> Declared | None:
        """What a `Member` of this body's expressions refers to."""
        return (self, *self.owners)[up].members.get(name) if up <= self.level else None


class Role(Enum):
    """What an expression is for."""

    CONDITION = "if"
    LENGTH = "length"
    CHECK = "where"
    VALIDATE = "validate"
    NEEDED = "needed"
    GIVEN = "with"
    DEFAULT = "default"
    LET = "let"


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """One expression, and what is known where it is evaluated."""

    body: Body
    role: Role
    expression: Expr
    ranges: Ranges
    owner: Step | Local | Property | LetDefinition | None = None  # None: the description itself


def is_recorded(annotations: tuple[Annotation, ...]) -> bool:
    return any(annotation.name == "recorded" for annotation in annotations)


def place(of: Placed) -> Span:
    """Where to point: at the name, or at the whole where there is none."""
    return of.span if of.name_span is NOWHERE else of.name_span


def bodies(schema: Schema) -> Iterator[Body]:
    """Every device, struct and subsection, owners first."""
    for file in schema.files:
        for definition in file.definitions:
            if isinstance(definition, Description):
                yield from _bodies(definition, ())


def _bodies(description: Description, owners: tuple[Body, ...]) -> Iterator[Body]:
    members: dict[str, Declared] = {each.name: each for each in description.lets}
    members |= {each.name: each for each in description.subsections}
    members |= {each.name: each for each in description.locals}
    members |= {each.name: each for each in description.properties}
    members |= {each.name: each for each in description.fields}
    body = Body(description, owners, members)
    yield body
    for subsection in description.subsections:
        yield from _bodies(subsection, (body, *owners))


# Of what a program knows by itself it is believed that it is a sane length.
_SANE = Interval(0, 1 << 24)


def uses(schema: Schema, *, trusting: bool = False) -> Sequence[Use]:
    """Every expression, in the order in which a load reaches them.

    `trusting`: what no stream decides (locals, properties, `equal` and `bounded` fields) is taken
    to be sane, so that only faults that a stream can bring about are left.
    """
    return _uses(_Same(schema), trusting)


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A schema by identity: one run of the checks asks for the same expressions many times."""

    schema: Schema

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema

    def __hash__(self) -> int:
        return id(self.schema)


@lru_cache(maxsize=2)
def _uses(same: _Same, trusting: bool) -> tuple[Use, ...]:
    found: list[Use] = []
    for file in same.schema.files:
        for definition in file.definitions:
            if isinstance(definition, Description):
                first, *below = _bodies(definition, ())
                survey = _Survey(same.schema, iter(below), trusting)
                found += survey.of_body(first)
    return tuple(found)


@dataclass(slots=True, eq=False)
class _Survey:
    """One device or struct walked in the order of the wire, learning on the way."""

    schema: Schema
    below: Iterator[Body]
    trusting: bool
    facts: Facts = field(default_factory=Facts)
    time: int = 0

    def of_body(self, body: Body) -> Iterator[Use]:
        """The facts of owners hold in their subsections; those of a body end with it."""
        description = body.description
        before: dict[Key, Interval] = {}
        unsent: tuple[Local | Property, ...] = (*description.locals, *description.properties)
        if self.trusting:
            trusted = [each for each in description.fields if each.equal or each.bounded]
            for each in (*unsent, *trusted):
                self._learn((body.level, each.name), _SANE, before)
        minimum = description.minimum_version_id
        version = Interval(minimum, description.version_id)
        gates: dict[Expr, dict[int, Facts]] = {}
        plain = Ranges(body.level, version, self.schema.enums, self.facts, gates=gates)
        plain = plain.at(self.time, minimum)
        if description.needed is not None and not isinstance(description.needed, Extern):
            saved = replace(plain, version=exactly(description.version_id), gates={}, _known={})
            yield Use(body, Role.NEEDED, description.needed, saved)
        for declared in unsent:
            for length in lengths(declared.type):
                yield Use(body, Role.LENGTH, length, plain, declared)
            if declared.default is not None:
                yield Use(body, Role.DEFAULT, declared.default, plain, declared)
        for let in description.lets:
            yield Use(body, Role.LET, let.value, plain, let)
        for step in description.steps:
            since = 0 if isinstance(step, Validate) else step.since
            here = plain.at(self.time, max(minimum, since))
            yield from _of_step(here, body, step)
            self.time += 1
            self._learn_from(step, here, body, gates, before)
        for _ in description.subsections:
            yield from self.of_body(next(self.below))
        for key, known in before.items():
            self.facts.learn(key, known, self.time)

    def _learn(self, key: Key, interval: Interval, before: dict[Key, Interval]) -> None:
        known = self.facts.at(key, self.time) or ANY
        before.setdefault(key, known)
        self.facts.learn(key, known.meet(interval), self.time)

    def _learn_from(
        self,
        step: Step,
        here: Ranges,
        body: Body,
        gates: dict[Expr, dict[int, Facts]],
        before: dict[Key, Interval],
    ) -> None:
        """What holds behind a step: always, or wherever its own gate holds again."""
        if isinstance(step, Unused) or (isinstance(step, Field) and step.condition == EXTERN):
            return
        condition = None if isinstance(step, Validate) else step.condition
        if condition is not None and not isinstance(condition, Extern):
            here = here.assuming(condition)
        checks = (step,) if isinstance(step, Validate) else step.checks
        for check in checks:
            here = here.assuming(check.condition)
        found = dict(here.assumed) if here.is_possible else {}
        if isinstance(step, Field) and step.bounded and here.is_possible:
            place_of: Key = (body.level, step.name)
            found[place_of] = found.get(place_of, NATURAL).meet(NATURAL)
        if isinstance(condition, Expression):
            layer = gates.setdefault(condition, {}).setdefault(here.since, Facts())
            for key, interval in found.items():
                layer.learn(key, (layer.at(key, self.time) or ANY).meet(interval), self.time)
        elif here.since <= body.description.minimum_version_id:
            for key, interval in found.items():
                self._learn(key, interval, before)


def _of_step(ranges: Ranges, body: Body, step: Step) -> Iterator[Use]:
    if isinstance(step, Validate):
        yield Use(body, Role.VALIDATE, step.condition, ranges, step)
        return
    if step.condition is not None and not isinstance(step.condition, Extern):
        yield Use(body, Role.CONDITION, step.condition, ranges, step)
        ranges = ranges.assuming(step.condition)
    if isinstance(step, Unused):
        yield Use(body, Role.LENGTH, step.length, ranges, step)
        return
    for length in lengths(step.type):
        yield Use(body, Role.LENGTH, length, ranges, step)
    for _, value in step.bindings:
        yield Use(body, Role.GIVEN, value, ranges, step)
    for check in step.checks:
        yield Use(body, Role.CHECK, check.condition, ranges, step)
        ranges = ranges.assuming(check.condition)


def conjuncts(condition: Expr) -> Gate:
    """The conditions that all hold where this one does."""
    found: list[Expr] = []
    stack = [condition]
    while stack:
        part = stack.pop()
        match part:
            case Let(value=value):
                stack.append(value)
            case Binary(operator=Operator.AND, left=left, right=right):
                stack += (left, right)
            case _:
                found.append(part)
    return frozenset(found)


def lengths(of: Type) -> Iterator[Expr]:
    """Every length, count and number of bits in a type, outermost first."""
    match of:
        case Bytes(length=length):
            yield length
        case Bitmap(bits=bits):
            yield bits
        case Opaque(length=length):
            if length is not None:
                yield length
        case Array(element=element, count=count):
            yield count
            yield from lengths(element)
        case Scalar() | EnumType() | Blob() | StructType() | ListType() | MapType():
            return
        case _:
            assert_never(of)
