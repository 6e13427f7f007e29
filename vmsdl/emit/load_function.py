"""From a plan to the text of the function that loads the plain case.

Whatever does not fit raises; the class's `decode` then leaves the data to the general codec, which
says what is wrong or does what the plain case does not.
"""

from dataclasses import dataclass, replace

from vmsdl.emit.annotations import reads_index
from vmsdl.emit.expressions import EmitScope, EmittedBody
from vmsdl.emit.layout_tables import variable
from vmsdl.emit.load_runs import RunWriter
from vmsdl.emit.load_steps import LoadSteps, header, swapped
from vmsdl.emit.module_scope import ModuleNames
from vmsdl.emit.plan import (
    AbsentStep,
    BufferStep,
    CheckStep,
    GuardedStep,
    NumbersStep,
    Plan,
    PlanStep,
    RecordsStep,
    RunStep,
)
from vmsdl.emit.runs import Structs, nested_place
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr, Extern, IntValue
from vmsdl.schema.description import Role
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, Scalar


@dataclass
class _At:
    """The place reached: a constant, or a constant behind the variable `pos`."""

    base: str
    offset: int = 0

    def text(self, more: int = 0) -> str:
        total = self.offset + more
        if not self.base:
            return str(total)
        return f"{self.base} + {total}" if total else self.base


def given_locals(plan: Plan) -> list[str]:
    """The locals and properties that an embedding body may give: parameters of the function."""
    return [
        m.name
        for m in find_settable_members(plan.description)
        if m.default is None or fold_constant(m.default) is not None
    ]


class LoadWriter(LoadSteps):
    """The function of one device or struct."""

    def __init__(self, module: ModuleNames, structs: Structs, plan: Plan) -> None:
        super().__init__(module)
        self.structs = structs
        self.plan = plan
        # A device is at the beginning of its data, a struct may be anywhere.
        self.is_device = plan.description.role is Role.DEVICE
        self.at = _At("" if self.is_device else "pos")

    def text(self) -> str:
        """A function for a struct; for a device, which nothing embeds, the inside of `decode`."""
        d = self.plan.description
        _, names = self.module.struct(d.name)
        place = nested_place(self.module, self.plan, "o")
        out = self.out
        if self.is_device:
            out.add(f"o = {self.module.hidden(names)}()")
            self._body(place, self.plan, {})
            with out.block(f"if {self.at.text()} != len(data):"):
                out.add(f"raise {self.error}")
            out.add("return o  # type: ignore[no-any-return]")
            return out.text()
        given = given_locals(self.plan)
        parameters = ["data: bytes", "pos: int", *(self._parameter(place, n) for n in given)]
        result = f"tuple[{self.module.standard('typing', 'Any')}, int]"
        load = self.module.private(names, "load")
        with out.block(f"def {load}({', '.join(parameters)}) -> {result}:"):
            out.add(f"o = {self.module.hidden(names)}()")
            self._body(place, self.plan, {n: names.attributes[n] for n in given})
            self._look_ahead(d.wire_name, self.at)
            out.add(f"return o, {self.at.text()}")
        return out.text()

    def _parameter(self, place: EmitScope, name: str) -> str:
        member = next(m for m in find_settable_members(self.plan.description) if m.name == name)
        attribute = place.bodies[0].names.attributes[name]
        default = self.known_default(place, name)
        return f"p_{attribute}: {self.annotations.attribute(member.type)} = {default}"

    def _body(self, place: EmitScope, plan: Plan, parameters: dict[str, str]) -> None:
        body = place.bodies[0]
        for member in find_settable_members(plan.description):
            attribute = body.names.attributes[member.name]
            value = self.known_default(replace(place, version="0"), member.name)
            if member.name in parameters:
                value = f"p_{attribute}"
            self.out.add(f"{body.variable}.{attribute} = {value}")
        for step in plan.steps:
            self._step(step, place)
        self._subsections(place, plan)

    # Steps --------------------------------------------------------------------------------------

    def _step(self, step: PlanStep, place: EmitScope) -> None:
        match step:
            case RunStep():
                self._run(step, place)
            case BufferStep():
                self._buffer(step, place)
            case NumbersStep():
                self._numbers(step, place)
            case RecordsStep():
                self._records(step, place)
            case GuardedStep():
                self._guarded(step, place)
            case AbsentStep(field=field):
                self.absent(field, place)
            case CheckStep(of=of):
                self.rule(of, place)

    def _run(self, run: RunStep, place: EmitScope) -> None:
        writer = RunWriter(self)
        writer.items(run.items, place, 0)
        unpack = self.structs.function(writer.codes, "unpack_from")
        arguments = "data" if self.at.text() == "0" else f"data, {self.at.text()}"
        self.out.add(*writer.before)
        call = f"{unpack}({arguments})"
        if writer.targets:
            self.out.add(f"({', '.join(writer.targets)},) = {call}")
        else:
            self.out.add(call)
        self.out.add(*writer.after)
        for name, first, stride, count in writer.ends:
            self._look_ahead_in_run(name, first, stride, count)
        self.at.offset += run.size

    def _look_ahead_in_run(self, name: str, first: int, stride: int, count: int) -> None:
        """QEMU looks for a subsection behind every struct: where there may be one, give up."""
        wire = repr(name.encode())
        start = self.at.text(first)
        if count == 1:
            self._look_ahead(name, _At(self.at.base, self.at.offset + first))
            return
        stop = self.at.text(first + stride * (count - 1) + 1)
        step = "" if stride == 1 else f":{stride}"
        with self.out.block(f"if 5 in data[{start}:{stop}{step}] and {wire} in data:"):
            self.out.add(f"raise {self.error}")

    def _look_ahead(self, name: str, at: _At) -> None:
        wire = repr(name.encode())
        test = (
            f'data[{at.text()}:{at.text(1)}] == b"\\x05" and data.startswith({wire}, {at.text(2)})'
        )
        with self.out.block(f"if {test}:"):
            self.out.add(f"raise {self.error}")

    def _in_variable(self) -> str:
        """The place reached in the variable `pos`."""
        if self.at.text() != "pos":
            self._move(self.at.text())
            self.at = _At("pos")
        return "pos"

    def _move(self, to: str) -> None:
        if to.startswith("pos + "):
            self.out.add(f"pos += {to[6:]}")
        elif to != "pos":
            self.out.add(f"pos = {to}")

    def _length(self, length: Expr, place: EmitScope) -> tuple[str, str]:
        """A variable that holds a length, and the test for a negative one, "" where none can be."""
        name = self.out.fresh("n")
        self.out.add(f"{name} = {place(length)}")
        type_ = length.type
        low = type_.low if isinstance(type_, IntValue) else None
        return name, "" if low is not None and low >= 0 else f"{name} < 0 or "

    def _buffer(self, step: BufferStep, place: EmitScope) -> None:
        target = self.target(place, step.field)
        if step.length is None:
            self.out.add(f"{target} = data[{self.at.text()}:]", "pos = len(data)")
            self.at = _At("pos")
            return
        count, negative = self._length(step.length, place)
        start = self._in_variable()
        self.out.add(f"end = {start} + {count}")
        with self.out.block(f"if {negative}end > len(data):"):
            self.out.add(f"raise {self.error}")
        self.out.add(f"{target} = data[{start}:end]", "pos = end")

    def _numbers(self, step: NumbersStep, place: EmitScope) -> None:
        assert isinstance(step.field.type, Array)
        assert isinstance(step.field.type.element, Scalar)
        code = SCALARS[step.field.type.element.name].code
        count, negative = self._length(step.count, place)
        start = self._in_variable()
        width = f"{step.size} * {count}" if step.size > 1 else count
        self.out.add(f"end = {start} + {width}")
        with self.out.block(f"if {negative}end > len(data):"):
            self.out.add(f"raise {self.error}")
        array = self.module.standard("array", "array")
        name = self.out.fresh("a")
        self.out.add(f'{name} = {array}("{code}", data[{start}:end])')
        self.out.add(*swapped(self.module, name, step.size))
        self.out.add(f"{self.target(place, step.field)} = {name}", "pos = end")

    def _records(self, step: RecordsStep, place: EmitScope) -> None:
        _, names = self.module.struct(step.plan.description.name)
        load = self.module.private(names, "load")
        target = self.target(place, step.field)
        if step.count is None:
            call = f"{load}({self._arguments(step, place)})"
            element = self.out.fresh("e")
            self.out.add(f"{element}, pos = {call}", f"{target} = {element}")
            self.at = _At("pos")
            return
        self._in_variable()
        known = fold_constant(step.count)
        count = self._bounded(step, step.count, place) if known is None else str(int(known))
        items, element = self.out.fresh("l"), self.out.fresh("e")
        self.out.add(f"{items}: {self.annotations.attribute(step.field.type)} = []")
        uses = any(reads_index(value) for _, value in step.field.bindings)
        with self.out.block(f"for {'index' if uses else '_'} in range({count}):"):
            call = f"{load}({self._arguments(step, place)})"
            self.out.add(f"{element}, pos = {call}", f"{items}.append({element})")
        self.out.add(f"{target} = {items}")

    def _bounded(self, step: RecordsStep, length: Expr, place: EmitScope) -> str:
        """A count, held against the bytes left."""
        count, negative = self._length(length, place)
        least = f"{count} * {step.least}" if step.least > 1 else count
        with self.out.block(f"if {negative}{least} > len(data) - pos:"):
            self.out.add(f"raise {self.error}")
        return count

    def _arguments(self, step: RecordsStep, place: EmitScope) -> str:
        _, names = self.module.struct(step.plan.description.name)
        given = [f"p_{names.attributes[n]}={place(v)}" for n, v in step.field.bindings]
        return ", ".join(["data", self.at.text(), *given])

    def _guarded(self, step: GuardedStep, place: EmitScope) -> None:
        if isinstance(step.condition, Extern):
            for inner in step.steps:  # nothing is known against it: it is there
                self._step(inner, place)
            return
        before = replace(self.at)
        with self.out.block(f"if {place(step.condition)}:"):
            for inner in step.steps:
                self._step(inner, place)
            # Both branches end with the place in the variable.
            after = self.at.text()
            self._move(after)
        if step.field is not None or before.text() != "pos":
            with self.out.block("else:"):
                if step.field is not None:
                    self.absent(step.field, place)
                self._move(before.text())
        self.at = _At("pos")

    # Subsections --------------------------------------------------------------------------------

    def _subsections(self, place: EmitScope, plan: Plan) -> None:
        """In declared order; any other order, or an unknown one, is not the plain case."""
        if not plan.subsections:
            return
        start = self._in_variable()
        if len(plan.subsections) == 1:
            target = self._subsection(place, plan, 0)
            with self.out.block("else:"):
                self.out.add(f"{target} = None")
            return
        owner = place.bodies[0]
        for sub in plan.subsections:
            attribute = owner.names.attributes[sub.description.name]
            self.out.add(f"{owner.variable}.{attribute} = None")
        with self.out.block(f'if data[{start}:{start} + 1] == b"\\x05":'):
            for i in range(len(plan.subsections)):
                self._subsection(place, plan, i)

    def _subsection(self, place: EmitScope, plan: Plan, i: int) -> str:
        owner = place.bodies[0]
        sub = plan.subsections[i]
        d = sub.description
        names = owner.names.subsections[d.name]
        target = f"{owner.variable}.{owner.names.attributes[d.name]}"
        head = header(d.wire_name, d.version_id)
        with self.out.block(f"if data.startswith({head!r}, pos):"):
            self.at.offset += len(head)
            name = self.out.fresh(variable(len(place.bodies)))
            self.out.add(f"{name} = {self.module.hidden(names)}()")
            self.out.add(f"{target} = {name}")
            inner = EmitScope(
                self.module, (EmittedBody(d, names, name), *place.bodies), version=str(d.version_id)
            )
            self._body(inner, sub, {})
            later = [s.description.wire_name for s in plan.subsections[i + 1 :]]
            if any(other.startswith(d.wire_name) for other in later):
                self._look_ahead(d.wire_name, self.at)
            self._in_variable()
        return target
