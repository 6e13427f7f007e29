"""From a schema to every expression in it, with its place and the ranges known there."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import field
from enum import Enum
from typing import TypeAlias, TypeVar

from vmsdl.analysis.facts import FactKey, Facts
from vmsdl.analysis.intervals import ANY, NATURAL, Interval, exactly
from vmsdl.analysis.ranges import RangeContext, Ranges
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Fix, Label, Severity
from vmsdl.expr.logic import collect_parts
from vmsdl.expr.nodes import (
    Expr,
    Expression,
    Extern,
)
from vmsdl.records import dataclass
from vmsdl.schema.description import (
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
from vmsdl.schema.recorded import is_recorded
from vmsdl.schema.traverse import collect_lengths
from vmsdl.source import NOWHERE, Span

Declared: TypeAlias = Field | Local | Property | LetDefinition | Description
T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class CheckedBody:
    """One description with its owners, innermost first (none for a device or struct)."""

    description: Description
    owners: "tuple[CheckedBody, ...]" = ()
    members: Mapping[str, Declared] = field(default_factory=dict)
    subsections: "list[CheckedBody]" = field(default_factory=list)  # of its subsections

    @property
    def level(self) -> int:
        return len(self.owners)

    @property
    def context(self) -> str:
        return f'in {self.description.role.value} "{self.description.wire_name}"'

    @property
    def is_recorded(self) -> bool:
        """Whether it was imported from a real machine, whose errors are not refused."""
        return any(is_recorded(body.description) for body in (self, *self.owners))

    def make_diagnostic(
        self,
        code: Code,
        span: Span,
        message: str,
        label: str = "",
        *,
        also: tuple[Label, ...] = (),
        help: str | None = None,
        fixes: tuple[Fix, ...] = (),
        severity: Severity | None = None,
    ) -> Diagnostic:
        """A diagnostic in the context of this body."""
        return Diagnostic(
            code=code,
            message=message,
            labels=(Label(span, label), *also),
            context=self.context,
            help=help,
            fixes=fixes,
            severity_override=severity,
        )

    def find_member(self, up: int, name: str) -> Declared | None:
        """The declaration that a `Member` in an expression of this body names."""
        return (self, *self.owners)[up].members.get(name) if up <= self.level else None


class UseRole(Enum):
    """The purpose of an expression."""

    CONDITION = "if"
    LENGTH = "length"
    CHECK = "where"
    VALIDATE = "validate"
    NEEDED = "needed"
    BINDING = "with"
    POINTER = "if of a pointer"
    DEFAULT = "default"
    LET = "let"


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """One expression, and the ranges that are known where it is evaluated."""

    body: CheckedBody
    role: UseRole
    expression: Expr
    ranges: Ranges
    owner: Step | Local | Property | LetDefinition | None  # None: the description itself
    parts: tuple[Expr, ...]  # of the expression, each once, however many lets share it


def find_name_span(of: Placed) -> Span:
    """The span of the name, or of the whole where it has no name."""
    return of.span if of.name_span is NOWHERE else of.name_span


def remember_last(function: Callable[[Schema], T]) -> Callable[[Schema], T]:
    """Remember the last result of a function, since all checks ask for it with one schema."""
    answers: dict[int, tuple[Schema, T]] = {}

    def answer(schema: Schema) -> T:
        known = answers.get(id(schema))
        if known is None:
            known = schema, function(schema)
            answers.clear()
            answers[id(schema)] = known
        return known[1]

    return answer


@remember_last
def find_bodies(schema: Schema) -> tuple[CheckedBody, ...]:
    """Every device, struct and subsection, owners first."""
    found: list[CheckedBody] = []
    for file in schema.files:
        for definition in file.definitions:
            if isinstance(definition, Description):
                found += _walk_body(_build_body(definition, ()))
    return tuple(found)


def _build_body(description: Description, owners: tuple[CheckedBody, ...]) -> CheckedBody:
    members: dict[str, Declared] = {each.name: each for each in description.lets}
    members |= {each.name: each for each in description.subsections}
    members |= {each.name: each for each in description.locals}
    members |= {each.name: each for each in description.properties}
    members |= {each.name: each for each in description.fields}
    body = CheckedBody(description, owners, members)
    body.subsections.extend(_build_body(each, (body, *owners)) for each in description.subsections)
    return body


def _walk_body(body: CheckedBody) -> Iterator[CheckedBody]:
    yield body
    for each in body.subsections:
        yield from _walk_body(each)


@remember_last
def find_uses(schema: Schema) -> tuple[Use, ...]:
    """Every expression, in the order in which loading evaluates them."""
    roots = (body for body in find_bodies(schema) if not body.owners)
    return tuple(use for root in roots for use in _UseCollector(schema).collect(root))


# A program is trusted to set no length outside this range.
_PLAUSIBLE = Interval(0, 1 << 24)


def find_bad_lengths(schema: Schema, is_bad: Callable[[Interval], bool]) -> Iterator[Use]:
    """Every length whose possible range is bad.

    Values that no stream decides (locals, properties, `equal` and `bounded` fields) are trusted, so
    that only errors remain that a stream can cause.
    """
    suspects: dict[int, CheckedBody] = {}
    for use in find_uses(schema):
        if use.role is UseRole.LENGTH and is_bad(use.ranges.find_range(use.expression)):
            root = (use.body, *use.body.owners)[-1]
            suspects[id(root)] = root
    for root in suspects.values():
        for use in _UseCollector(schema, trusts_program=True).collect(root):
            is_length = use.role is UseRole.LENGTH and use.ranges.is_possible
            if is_length and is_bad(use.ranges.find_range(use.expression)):
                yield use


@dataclass(slots=True, eq=False)
class _UseCollector:
    """Walks one device or struct in wire order, and learns from its checks on the way."""

    schema: Schema
    trusts_program: bool = False
    facts: Facts = field(default_factory=Facts)
    time: int = 0

    def collect(self, body: CheckedBody) -> Iterator[Use]:
        """Facts about owners hold in their subsections. Facts learned in a body end with it."""
        description = body.description
        outer_facts: dict[FactKey, Interval] = {}
        unsent: tuple[Local | Property, ...] = (*description.locals, *description.properties)
        if self.trusts_program:
            trusted = [each for each in description.fields if each.equal or each.bounded]
            for each in (*unsent, *trusted):
                self._learn((body.level, each.name), _PLAUSIBLE, outer_facts)
        minimum, newest = description.minimum_version_id, description.version_id
        for declared in unsent:
            here = self._find_ranges(body, Interval(minimum, newest), {}, minimum)
            for check in declared.checks:
                yield _make_use(body, UseRole.CHECK, check.condition, here, declared)
                here = here.assume(check.condition)
            self.time += 1
            for key, known in here.assumed.items():
                self._learn(key, known, outer_facts)
        if description.needed is not None and not isinstance(description.needed, Extern):
            saved = self._find_ranges(body, exactly(newest), {}, minimum)
            yield _make_use(body, UseRole.NEEDED, description.needed, saved)
        version = Interval(minimum, newest)
        gates: dict[Expr, dict[int, Facts]] = {}
        first = self._find_ranges(body, version, gates, minimum)
        for declared in unsent:
            for length in collect_lengths(declared.type):
                yield _make_use(body, UseRole.LENGTH, length, first, declared)
            if declared.default is not None:
                yield _make_use(body, UseRole.DEFAULT, declared.default, first, declared)
        for let in description.lets:
            yield _make_use(body, UseRole.LET, let.value, first, let)
        for step in description.steps:
            since = 0 if isinstance(step, Validate) else step.since
            here = self._find_ranges(body, version, gates, max(minimum, since))
            after = yield from _collect_step(here, body, step)
            self.time += 1
            self._learn_from(step, after, body, gates, outer_facts)
        for inner in body.subsections:
            yield from self.collect(inner)
        for key, known in outer_facts.items():
            self.facts.learn(key, known, self.time)

    def _find_ranges(
        self, body: CheckedBody, version: Interval, gates: dict[Expr, dict[int, Facts]], since: int
    ) -> Ranges:
        enums = self.schema.enums
        return Ranges(RangeContext(body.level, version, enums, self.facts, gates, since, self.time))

    def _learn(
        self, key: FactKey, interval: Interval, outer_facts: dict[FactKey, Interval]
    ) -> None:
        known = self.facts.find(key, self.time) or ANY
        outer_facts.setdefault(key, known)
        self.facts.learn(key, known.meet(interval), self.time)

    def _learn_from(
        self,
        step: Step,
        after: Ranges,
        body: CheckedBody,
        gates: dict[Expr, dict[int, Facts]],
        outer_facts: dict[FactKey, Interval],
    ) -> None:
        """Learn what is true after a step: always, or wherever its condition is true again."""
        condition = None if isinstance(step, Validate) else step.condition
        if isinstance(step, Unused) or isinstance(condition, Extern):
            return
        found = dict(after.assumed) if after.is_possible else {}
        if isinstance(step, Field) and step.bounded and after.is_possible:
            key_of_field: FactKey = (body.level, step.name)
            found[key_of_field] = found.get(key_of_field, NATURAL).meet(NATURAL)
        since = after.context.since
        if condition is not None:
            layer = gates.setdefault(condition, {}).setdefault(since, Facts())
            for key, interval in found.items():
                layer.learn(key, (layer.find(key, self.time) or ANY).meet(interval), self.time)
        elif since <= body.description.minimum_version_id:
            for key, interval in found.items():
                self._learn(key, interval, outer_facts)


def _make_use(
    body: CheckedBody,
    role: UseRole,
    expression: Expr,
    ranges: Ranges,
    owner: Step | Local | Property | LetDefinition | None = None,
) -> Use:
    return Use(body, role, expression, ranges, owner, collect_parts(expression))


def _collect_step(ranges: Ranges, body: CheckedBody, step: Step) -> Generator[Use, None, Ranges]:
    """Yield the uses of a step. Return what is known after it, where it is sent."""
    if isinstance(step, Validate):
        yield _make_use(body, UseRole.VALIDATE, step.condition, ranges, step)
        return ranges.assume(step.condition)
    if isinstance(step.condition, Expression):
        yield _make_use(body, UseRole.CONDITION, step.condition, ranges, step)
        ranges = ranges.assume(step.condition)
    if isinstance(step, Unused):
        yield _make_use(body, UseRole.LENGTH, step.length, ranges, step)
        return ranges
    for length in collect_lengths(step.type):
        yield _make_use(body, UseRole.LENGTH, length, ranges, step)
    for _, value in step.bindings:
        yield _make_use(body, UseRole.BINDING, value, ranges, step)
    if step.there is not None:
        yield _make_use(body, UseRole.POINTER, step.there, ranges.count_elements(step.type), step)
    for check in step.checks:
        yield _make_use(body, UseRole.CHECK, check.condition, ranges, step)
        ranges = ranges.assume(check.condition)
    return ranges
