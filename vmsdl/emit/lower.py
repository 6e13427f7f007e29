"""From a schema to the plans of its devices and structs. See `plan.py` for what a plan is."""

from collections.abc import Iterator
from contextlib import suppress

from vmsdl.emit.plan import (
    AbsentStep,
    BufferStep,
    CheckStep,
    ConditionalStep,
    NestedItem,
    NumbersStep,
    PaddingItem,
    Plan,
    PlanStep,
    RunItem,
    RunStep,
    StructsStep,
    ValueItem,
    measure_item,
)
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.expr.simplify import simplify
from vmsdl.schema.description import Description, Field, Role, Schema, Unused, Validate
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.sizes import Sizes, fold_length
from vmsdl.schema.types import Array, Bytes, EnumType, Opaque, Scalar, StructType, Type

# Limits of what one run may hold: more gains no speed, and makes the text longer.
_MOST_ELEMENTS = 64
_MOST_TARGETS = 300
_MOST_BYTES = 1 << 20


class _NoPlan(Exception):
    """The body has something that only the general codec does."""


class Plans:
    """The plans of the devices and structs of one schema, each made when it is first needed."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._sizes = Sizes(schema)
        self._plans: dict[str, Plan | None] = {}

    def of(self, name: str) -> Plan | None:
        if name not in self._plans:
            self._plans[name] = None  # what contains itself has no plan
            with suppress(_NoPlan):
                self._plans[name] = self._plan(self._schema.descriptions[name])
        return self._plans[name]

    def _plan(self, d: Description) -> Plan:
        for member in find_settable_members(d):
            if not isinstance(member.type, Scalar | EnumType):
                raise _NoPlan
        steps = tuple(_merge_runs(self._steps(d)))
        subsections = tuple(self._plan(s) for s in d.subsections)
        names = [s.wire_name for s in d.subsections]
        if len(set(names)) != len(names) or any(len(name.encode()) > 255 for name in names):
            raise _NoPlan
        is_fixed = d.role is Role.STRUCT and not subsections
        is_fixed = is_fixed and all(
            isinstance(step, RunStep | AbsentStep | CheckStep) for step in steps
        )
        return Plan(d, steps, subsections, is_fixed, 1 + sum(map(_count_targets, steps)))

    def _steps(self, d: Description) -> Iterator[PlanStep]:
        for step in d.steps:
            match step:
                case Validate():
                    yield CheckStep(step)
                case Unused():
                    yield from self._unused(step, d)
                case Field():
                    yield from self._field(step, d)

    def _unused(self, step: Unused, d: Description) -> Iterator[PlanStep]:
        size = fold_length(step.length)
        if size is None or not 0 <= size <= _MOST_BYTES:
            raise _NoPlan
        if step.since > d.version_id:
            return
        run = RunStep((PaddingItem(size),), size)
        condition = _at_newest_version(step.condition, d)
        if condition is None or isinstance(condition, Extern):
            yield run
        elif fold_constant(condition) is not False:
            yield ConditionalStep(condition, None, (run,))

    def _field(self, field: Field, d: Description) -> Iterator[PlanStep]:
        if field.since > d.version_id:
            yield AbsentStep(field)
            return
        steps: list[PlanStep] = [self._value(field, field.type, d)]
        if field.checks or field.bounded:
            steps.append(CheckStep(field))
        condition = _at_newest_version(field.condition, d)
        if condition is None:
            yield from steps
        elif not isinstance(condition, Extern) and fold_constant(condition) is False:
            yield AbsentStep(field)
        else:
            yield ConditionalStep(condition, field, tuple(steps))

    def _value(self, field: Field, type_: Type, d: Description) -> PlanStep:
        match type_:
            case Scalar() | EnumType():
                return self._run(field, type_)
            case Bytes(length=count):
                return self._bytes(field, type_, count)
            case Opaque(length=None) if d.role is Role.DEVICE:
                return BufferStep(field, None)
            case Opaque(length=count) if count is not None:
                return self._bytes(field, type_, count)
            case StructType(version=None, name=name):
                return self._struct(field, name, None)
            case Array(nullable=False, marked=False, element=StructType(version=None, name=name)):
                return self._struct(field, name, type_.count)
            case Array(nullable=False, marked=False, element=Scalar(is_byte=True), count=count):
                return self._bytes(field, type_, count)
            case Array(nullable=False, marked=False, element=Scalar(row=row), count=count):
                if row.is_bool:
                    raise _NoPlan
                if fold_length(count) is not None:
                    return self._run(field, type_)
                return NumbersStep(field, count, row.size)
            case _:
                raise _NoPlan

    def _run(self, field: Field, type_: Type) -> RunStep:
        size = self._sizes.measure(type_)
        if size is None or not 0 <= size <= _MOST_BYTES:
            raise _NoPlan
        return RunStep((ValueItem(field, size),), size)

    def _bytes(self, field: Field, type_: Type, count: Expr) -> PlanStep:
        return BufferStep(field, count) if fold_length(count) is None else self._run(field, type_)

    def _struct(self, field: Field, name: str, count: Expr | None) -> PlanStep:
        plan = self.of(name)
        if plan is None:
            raise _NoPlan
        self._check_given(field, plan.description)
        number = 1 if count is None else fold_length(count)
        size = self._sizes.measure_struct(name)
        small = (
            plan.is_fixed
            and number is not None
            and 0 <= number <= _MOST_ELEMENTS
            and number * plan.targets <= _MOST_TARGETS
        )
        if small and size is not None and number is not None:
            item = NestedItem(field, plan, None if count is None else number, size)
            return RunStep((item,), size * number)
        least = self._sizes.measure_minimum(StructType(name))
        if count is not None and least == 0:
            raise _NoPlan
        return StructsStep(field, plan, count, least)

    def _check_given(self, field: Field, d: Description) -> None:
        """A `with` has a plan only where it sets a member whose default is constant."""
        known = {member.name: member for member in find_settable_members(d)}
        for name, _ in field.bindings:
            member = known.get(name)
            if member is None or (
                member.default is not None and fold_constant(member.default) is None
            ):
                raise _NoPlan


def _at_newest_version(condition: Expr | Extern | None, d: Description) -> Expr | Extern | None:
    """A condition at the newest version; None where it always holds there."""
    if condition is None or isinstance(condition, Extern):
        return condition
    known = simplify(condition, d.version_id)
    return None if fold_constant(known) is True else known


def _merge_runs(steps: Iterator[PlanStep]) -> Iterator[PlanStep]:
    """Merge neighbouring runs; checks and absent fields between them move behind the merged run."""
    items: list[RunItem] = []
    waiting: list[PlanStep] = []
    for step in steps:
        if isinstance(step, RunStep):
            items += step.items
        elif isinstance(step, CheckStep | AbsentStep):
            waiting.append(step)
        else:
            yield from _end_run(items, waiting)
            items, waiting = [], []
            yield step
    yield from _end_run(items, waiting)


def _end_run(items: list[RunItem], waiting: list[PlanStep]) -> Iterator[PlanStep]:
    if items:
        yield RunStep(tuple(items), sum(map(measure_item, items)))
    yield from waiting


def _count_targets(step: PlanStep) -> int:
    if not isinstance(step, RunStep):
        return 0
    return sum(
        (
            item.plan.targets * (1 if item.count is None else item.count)
            if isinstance(item, NestedItem)
            else 1
        )
        for item in step.items
    )
