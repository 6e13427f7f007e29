"""From a schema to every expression in it, each with where it stands and what is known there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TypeAlias, assert_never

from vmsdl.analysis.intervals import NATURAL, Interval, exactly
from vmsdl.analysis.ranges import Key, Ranges
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label, Severity
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
from vmsdl.schema.expression import Binary, Expr, Extern, Let, Operator
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
    """One expression. `ranges` holds while the iteration stands here."""

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


def uses(schema: Schema, *, trusting: bool = False) -> Iterator[Use]:
    """Every expression, in the order in which a load reaches them.

    `trusting`: what no stream decides (locals, properties, `equal` and `bounded` fields) is taken
    to be sane, so that only faults that a stream can bring about are left.
    """
    facts: dict[Key, Interval] = {}
    for file in schema.files:
        for definition in file.definitions:
            if isinstance(definition, Description):
                first, *below = _bodies(definition, ())
                yield from _of_body(schema, first, iter(below), facts, trusting)


def _of_body(
    schema: Schema, body: Body, below: Iterator[Body], facts: dict[Key, Interval], trusting: bool
) -> Iterator[Use]:
    """The facts of owners hold in their subsections; those of a body end with it."""
    description = body.description
    version = Interval(description.minimum_version_id, description.version_id)
    plain = Ranges(body.level, version, schema.enums, facts)
    unsent: tuple[Local | Property, ...] = (*description.locals, *description.properties)
    before: dict[Key, Interval | None] = {}
    if trusting:
        own = {each.name for each in unsent}
        own |= {each.name for each in description.fields if each.equal or each.bounded}
        before |= dict.fromkeys((body.level, name) for name in own)
        facts |= dict.fromkeys(before, _SANE)
    if description.needed is not None and not isinstance(description.needed, Extern):
        saved = Ranges(body.level, exactly(description.version_id), schema.enums, facts)
        yield Use(body, Role.NEEDED, description.needed, saved)
    for declared in unsent:
        for length in lengths(declared.type):
            yield Use(body, Role.LENGTH, length, plain, declared)
        if declared.default is not None:
            yield Use(body, Role.DEFAULT, declared.default, plain, declared)
    for let in description.lets:
        yield Use(body, Role.LET, let.value, plain, let)
    gated: dict[Gate, list[tuple[int, Expr]]] = {}
    implied: dict[Expr, list[Expr]] = {}
    plain = replace(plain, implied=implied)
    for step in description.steps:
        # Ranges remember what they computed, so new facts need new ones.
        yield from _of_step(plain.fresh(), body, step, gated)
        new = _learn(plain.fresh(), body, step, gated)
        _imply(body, step, implied)
        for key, interval in new.items():
            before.setdefault(key, facts.get(key))
            facts[key] = facts[key].meet(interval) if key in facts else interval
    for _ in description.subsections:
        yield from _of_body(schema, next(below), below, facts, trusting)
    for key, known in before.items():
        if known is None:
            del facts[key]
        else:
            facts[key] = known


def _of_step(
    ranges: Ranges, body: Body, step: Step, gated: dict[Gate, list[tuple[int, Expr]]]
) -> Iterator[Use]:
    if isinstance(step, Validate):
        yield Use(body, Role.VALIDATE, step.condition, ranges, step)
        return
    if step.condition is not None and not isinstance(step.condition, Extern):
        yield Use(body, Role.CONDITION, step.condition, ranges, step)
        ranges = ranges.assuming(step.condition)
        gate = conjuncts(step.condition)
        for known in (gate, *(frozenset({each}) for each in gate if len(gate) > 1)):
            for since, fact in gated.get(known, ()):
                if since <= step.since:
                    ranges = ranges.assuming(fact)
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


def _learn(
    ranges: Ranges, body: Body, step: Step, gated: dict[Gate, list[tuple[int, Expr]]]
) -> Mapping[Key, Interval]:
    """What holds behind a step that is always there; else it holds where its gate holds again."""
    match step:
        case Validate(condition=condition):
            after = ranges.assuming(condition)
            return after.assumed if after.is_possible else {}
        case Unused() | Field(condition=Extern()):
            return {}
        case Field(checks=checks, since=since, condition=condition):
            if condition is not None and not isinstance(condition, Extern):
                known = gated.setdefault(conjuncts(condition), [])
                known += [(since, check.condition) for check in checks]
                return {}
            if since > body.description.minimum_version_id:
                return {}
            for check in checks:
                ranges = ranges.assuming(check.condition)
            found = dict(ranges.assumed) if ranges.is_possible else {}
            if step.bounded and ranges.is_possible:
                key = (body.level, step.name)
                found[key] = found.get(key, NATURAL).meet(NATURAL)
            return found
        case _:
            assert_never(step)


def _imply(body: Body, step: Step, implied: dict[Expr, list[Expr]]) -> None:
    """A field's checks hold wherever its condition does, from the oldest version on."""
    if not isinstance(step, Field) or step.since > body.description.minimum_version_id:
        return
    if step.condition is not None and not isinstance(step.condition, Extern):
        checks = [check.condition for check in step.checks]
        implied.setdefault(step.condition, []).extend(checks)


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
