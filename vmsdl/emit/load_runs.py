"""From a run of a plan to one unpacking: codes, targets, what is made before and set after."""

from dataclasses import replace

from vmsdl.emit.expressions import EmitScope
from vmsdl.emit.lines import Lines
from vmsdl.emit.load_steps import LoadSteps, swapped
from vmsdl.emit.plan import (
    AbsentStep,
    CheckStep,
    NestedItem,
    PaddingItem,
    Plan,
    RunItem,
    RunStep,
    ValueItem,
    measure_item,
)
from vmsdl.emit.runs import Slot, at_index, nested_place
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, EnumType, Scalar


class RunWriter:
    """The parts of one run: codes, targets, what is made before and set after."""

    def __init__(self, writer: LoadSteps) -> None:
        self.writer = writer
        self.module = writer.module
        self.codes: list[str] = []
        self.targets: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.ends: list[tuple[str, int, int, int]] = []  # name, first, stride, count

    def items(self, items: tuple[RunItem, ...], place: EmitScope, offset: int) -> None:
        for item in items:
            match item:
                case ValueItem():
                    self.value(Slot(place, item.field, item.size))
                case PaddingItem(size=size):
                    if size:
                        self.codes.append(f"{size}x")
                case NestedItem():
                    self.nested(item, place, offset)
            offset += measure_item(item)

    def value(self, slot: Slot) -> None:
        self.codes.append(slot.code)
        if slot.array_code is not None:
            raw, name = self.writer.out.fresh("b"), self.writer.out.fresh("a")
            array = self.module.standard("array", "array")
            self.targets.append(raw)
            self.after.append(f'{name} = {array}("{slot.array_code}", {raw})')
            assert isinstance(slot.field.type, Array)
            assert isinstance(slot.field.type.element, Scalar)
            width = SCALARS[slot.field.type.element.name].size
            self.after += swapped(self.module, name, width)
            self.after.append(f"{slot.attribute} = {name}")
            return
        self.targets.append(slot.attribute)
        if isinstance(slot.field.type, EnumType):
            member = self.module.enum_member(slot.field.type.name, slot.attribute)
            self.after.append(f"{slot.attribute} = {member}")

    def nested(self, item: NestedItem, place: EmitScope, offset: int) -> None:
        body = place.bodies[0]
        _, names = self.module.struct(item.plan.description.name)
        number = 1 if item.count is None else item.count
        elements = [self.writer.out.fresh("e") for _ in range(number)]
        target = f"{body.variable}.{body.names.attributes[item.field.name]}"
        stored = elements[0] if item.count is None else f"[{', '.join(elements)}]"
        self.before += [f"{e} = {self.module.hidden(names)}()" for e in elements]
        ends: dict[tuple[str, int], list[int]] = {}
        for i, element in enumerate(elements):
            inner = nested_place(self.module, item.plan, element)
            self.given(item, at_index(place, i), inner)
            known = len(self.ends)
            for step in item.plan.steps:
                if isinstance(step, RunStep):
                    self.items(step.items, inner, offset + i * item.size)
            for name, first, stride, count in self.ends[known:]:
                if count > 1:  # already a row of its own
                    ends[(name, -len(ends) - 1)] = [first, stride, count]
                else:
                    ends.setdefault((name, first - offset - i * item.size), []).append(first)
            del self.ends[known:]
            self.rest(item.plan, inner)
        self.after.append(f"{target} = {stored}")
        for (name, where), firsts in ends.items():
            if where < 0:
                self.ends.append((name, firsts[0], firsts[1], firsts[2]))
            else:
                self.ends.append((name, firsts[0], item.size, len(firsts)))
        if number:
            wire = item.plan.description.wire_name
            self.ends.append((wire, offset + item.size, item.size, number))

    def given(self, item: NestedItem, place: EmitScope, inner: EmitScope) -> None:
        body = inner.bodies[0]
        given = dict(item.field.bindings)
        for member in find_settable_members(item.plan.description):
            attribute = f"{body.variable}.{body.names.attributes[member.name]}"
            value = self.writer.known_default(replace(inner, version="0"), member.name)
            if member.name in given:
                value = place(given[member.name])
            self.after.append(f"{attribute} = {value}")

    def rest(self, plan: Plan, place: EmitScope) -> None:
        """What an embedded struct does besides taking bytes."""
        saved, self.writer.out = self.writer.out, Lines()
        for step in plan.steps:
            if isinstance(step, AbsentStep):
                self.writer.absent(step.field, place)
            elif isinstance(step, CheckStep):
                self.writer.rule(step.of, place)
        lines = self.writer.out.text()
        self.writer.out = saved
        self.after += lines.splitlines()
