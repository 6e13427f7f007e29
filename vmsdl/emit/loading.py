"""From a plan to the text of the function that loads the plain case.

Whatever does not fit raises; the class's `decode` then leaves the data to the general codec, which
says what is wrong or does what the plain case does not.
"""

from dataclasses import dataclass, replace

from vmsdl.emit.expressions import Body, Place
from vmsdl.emit.lines import Lines
from vmsdl.emit.modules import ModuleNames
from vmsdl.emit.runs import Slot, Structs, at_index, item_size, nested_place
from vmsdl.emit.tables import variable
from vmsdl.emit.types import Annotations, Zeros, reads_index
from vmsdl.schema.description import Field, Role, Validate
from vmsdl.schema.expression import Expr, Extern, IntValue
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, Bytes, EnumType, Scalar
from vmsdl.wire.constants import constant
from vmsdl.wire.members import known_members
from vmsdl.wire.plan import (
    Absent,
    Buffer,
    Gap,
    Guarded,
    Item,
    Nested,
    Numbers,
    Plan,
    Records,
    Rule,
    Run,
    Step,
    Value,
)

_LARGEST_ZERO = (
    1 << 16
)  # zeros of a length that the state decides: the general codec charges for more


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
        for m in known_members(plan.description)
        if m.default is None or constant(m.default) is not None
    ]


class LoadWriter:
    """The function of one device or struct."""

    def __init__(self, module: ModuleNames, structs: Structs, plan: Plan) -> None:
        self.module = module
        self.structs = structs
        self.plan = plan
        self.out = Lines()
        self.annotations = Annotations(module, frozenset())
        # A device is at the beginning of its data, a struct may be anywhere.
        self.is_device = plan.description.role is Role.DEVICE
        self.at = _At("" if self.is_device else "pos")

    @property
    def error(self) -> str:
        return self.module.standard("struct", "error")

    def text(self) -> str:
        d = self.plan.description
        _, names = self.module.struct(d.name)
        place = nested_place(self.module, self.plan, "o")
        out = self.out
        parameters = ["data: bytes"] + ([] if self.is_device else ["pos: int"])
        parameters += [self._parameter(place, name) for name in given_locals(self.plan)]
        any_ = self.module.standard("typing", "Any")
        result = any_ if self.is_device else f"tuple[{any_}, int]"
        load = self.module.private(names, "load")
        head = f"def {load}({', '.join(parameters)}) -> {result}:"
        with out.block(head):
            out.add(f"o = {self.module.hidden(names)}()")
            self._body(place, self.plan, {n: names.attributes[n] for n in given_locals(self.plan)})
            if self.is_device:
                with out.block(f"if {self.at.text()} != len(data):"):
                    out.add(f"raise {self.error}")
                out.add("return o")
            else:
                self._look_ahead(d.wire_name, self.at)
                out.add(f"return o, {self.at.text()}")
        return out.text()

    def _parameter(self, place: Place, name: str) -> str:
        member = next(m for m in known_members(self.plan.description) if m.name == name)
        attribute = place.bodies[0].names.attributes[name]
        default = self._known_default(place, name)
        return f"p_{attribute}: {self.annotations.attribute(member.type)} = {default}"

    def _known_default(self, place: Place, name: str) -> str:
        """The default of a local or property, as text of its own type."""
        member = next(m for m in known_members(place.bodies[0].description) if m.name == name)
        if member.default is None:
            return self.module.type_zero(member.type) or "0"
        value = constant(member.default)
        if isinstance(member.type, EnumType):
            if value is None:
                return f"{self.module.enum_class(member.type.name)}({place(member.default)})"
            return self.module.enum_value(member.type.name, int(value))
        if value is None:
            return place(member.default)
        if member.type == Scalar("f64"):
            return repr(float(value))
        return str(value)

    def _body(self, place: Place, plan: Plan, parameters: dict[str, str]) -> None:
        body = place.bodies[0]
        for member in known_members(plan.description):
            attribute = body.names.attributes[member.name]
            value = self._known_default(replace(place, version="0"), member.name)
            if member.name in parameters:
                value = f"p_{attribute}"
            self.out.add(f"{body.variable}.{attribute} = {value}")
        for step in plan.steps:
            self._step(step, place)
        self._subsections(place, plan)

    # Steps --------------------------------------------------------------------------------------

    def _step(self, step: Step, place: Place) -> None:
        match step:
            case Run():
                self._run(step, place)
            case Buffer():
                self._buffer(step, place)
            case Numbers():
                self._numbers(step, place)
            case Records():
                self._records(step, place)
            case Guarded():
                self._guarded(step, place)
            case Absent(field=field):
                self._absent(field, place)
            case Rule(of=of):
                self._rule(of, place)

    def _target(self, place: Place, field: Field) -> str:
        body = place.bodies[0]
        return f"{body.variable}.{body.names.attributes[field.name]}"

    def _run(self, run: Run, place: Place) -> None:
        writer = _RunWriter(self)
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

    def _length(self, length: Expr, place: Place) -> tuple[str, str]:
        """A variable that holds a length, and the test that it is negative ("" where it cannot be)."""
        name = self.out.fresh("n")
        self.out.add(f"{name} = {place(length)}")
        type_ = length.type
        low = type_.low if isinstance(type_, IntValue) else None
        return name, "" if low is not None and low >= 0 else f"{name} < 0 or "

    def _buffer(self, step: Buffer, place: Place) -> None:
        target = self._target(place, step.field)
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

    def _numbers(self, step: Numbers, place: Place) -> None:
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
        self.swap(name, step.size)
        self.out.add(f"{self._target(place, step.field)} = {name}", "pos = end")

    def swap(self, name: str, size: int) -> None:
        self.out.add(*swapped(self.module, name, size))

    def _records(self, step: Records, place: Place) -> None:
        _, names = self.module.struct(step.plan.description.name)
        load = self.module.private(names, "load")
        target = self._target(place, step.field)
        if step.count is None:
            call = f"{load}({self._arguments(step, place)})"
            element = self.out.fresh("e")
            self.out.add(f"{element}, pos = {call}", f"{target} = {element}")
            self.at = _At("pos")
            return
        self._in_variable()
        known = constant(step.count)
        if known is not None:
            count = str(int(known))
        else:
            count = self._bounded(step, step.count, place)
        items, element = self.out.fresh("l"), self.out.fresh("e")
        self.out.add(f"{items}: {self.annotations.attribute(step.field.type)} = []")
        uses = any(reads_index(value) for _, value in step.field.bindings)
        with self.out.block(f"for {'index' if uses else '_'} in range({count}):"):
            call = f"{load}({self._arguments(step, place)})"
            self.out.add(f"{element}, pos = {call}", f"{items}.append({element})")
        self.out.add(f"{target} = {items}")

    def _bounded(self, step: Records, length: Expr, place: Place) -> str:
        """A count, held against the bytes left."""
        count, negative = self._length(length, place)
        least = f"{count} * {step.least}" if step.least > 1 else count
        with self.out.block(f"if {negative}{least} > len(data) - pos:"):
            self.out.add(f"raise {self.error}")
        return count

    def _arguments(self, step: Records, place: Place) -> str:
        _, names = self.module.struct(step.plan.description.name)
        given = [f"p_{names.attributes[n]}={place(v)}" for n, v in step.field.bindings]
        return ", ".join(["data", self.at.text(), *given])

    def _guarded(self, step: Guarded, place: Place) -> None:
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
        other: list[str] = [] if before.text() == "pos" else [f"pos = {before.text()}"]
        if step.field is not None or other:
            with self.out.block("else:"):
                if step.field is not None:
                    self._absent(step.field, place)
                self.out.add(*other)
        self.at = _At("pos")

    def _absent(self, field: Field, place: Place) -> None:
        zero = self.module.scalar_zero(field)
        if zero is None:
            for length in _dynamic_lengths(field):
                with self.out.block(f"if not 0 <= {place.operand(length)} <= {_LARGEST_ZERO}:"):
                    self.out.add(f"raise {self.error}")
            zero = Zeros(place, self.annotations).of(field.type, field.bindings)
        elif isinstance(field.condition, Extern):
            zero = "None"
        if field.type == Scalar("f64") and field.default is not None:
            zero = repr(float(zero))
        self.out.add(f"{self._target(place, field)} = {zero}")

    def _rule(self, of: Field | Validate, place: Place) -> None:
        tests = [of.condition] if isinstance(of, Validate) else [c.condition for c in of.checks]
        if isinstance(of, Field) and of.bounded:
            with self.out.block(f"if {self._target(place, of)} < 0:"):
                self.out.add(f"raise {self.error}")
        for test in tests:
            with self.out.block(f"if not ({place(test)}):"):
                self.out.add(f"raise {self.error}")

    # Subsections --------------------------------------------------------------------------------

    def _subsections(self, place: Place, plan: Plan) -> None:
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

    def _subsection(self, place: Place, plan: Plan, i: int) -> str:
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
            inner = Place(
                self.module, (Body(d, names, name), *place.bodies), version=str(d.version_id)
            )
            self._body(inner, sub, {})
            later = [s.description.wire_name for s in plan.subsections[i + 1 :]]
            if any(other.startswith(d.wire_name) for other in later):
                self._look_ahead(d.wire_name, self.at)
            self._in_variable()
        return target


def header(name: str, version: int) -> bytes:
    wire = name.encode()
    return b"\x05" + bytes([len(wire)]) + wire + version.to_bytes(4, "big")


def swapped(module: ModuleNames, name: str, size: int) -> list[str]:
    """Numbers between the order of the wire and that of this machine."""
    if size == 1:
        return []
    return [f"if {module.runtime('LITTLE')}:", f"    {name}.byteswap()"]


def _dynamic_lengths(field: Field) -> list[Expr]:
    found: list[Expr] = []
    type_ = field.type
    while isinstance(type_, Array):
        found.append(type_.count)
        type_ = type_.element
    if isinstance(type_, Bytes):
        found.append(type_.length)
    return [length for length in found if constant(length) is None]


class _RunWriter:
    """The parts of one run: codes, targets, what is made before and set after."""

    def __init__(self, writer: LoadWriter) -> None:
        self.writer = writer
        self.module = writer.module
        self.codes: list[str] = []
        self.targets: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.ends: list[tuple[str, int, int, int]] = []  # name, first, stride, count

    def items(self, items: tuple[Item, ...], place: Place, offset: int) -> None:
        for item in items:
            match item:
                case Value():
                    self.value(Slot(place, item.field, item.size))
                case Gap(size=size):
                    if size:
                        self.codes.append(f"{size}x")
                case Nested():
                    self.nested(item, place, offset)
            offset += item_size(item)

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
            name = self.module.enum_members(slot.field.type.name)
            self.after.append(f"{slot.attribute} = {name}[{slot.attribute}]")

    def nested(self, item: Nested, place: Place, offset: int) -> None:
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
                if isinstance(step, Run):
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

    def given(self, item: Nested, place: Place, inner: Place) -> None:
        body = inner.bodies[0]
        given = dict(item.field.bindings)
        for member in known_members(item.plan.description):
            attribute = f"{body.variable}.{body.names.attributes[member.name]}"
            value = self.writer._known_default(replace(inner, version="0"), member.name)
            if member.name in given:
                value = place(given[member.name])
            self.after.append(f"{attribute} = {value}")

    def rest(self, plan: Plan, place: Place) -> None:
        """What an embedded struct does besides taking bytes."""
        saved, self.writer.out = self.writer.out, Lines()
        for step in plan.steps:
            if isinstance(step, Absent):
                self.writer._absent(step.field, place)
            elif isinstance(step, Rule):
                self.writer._rule(step.of, place)
        lines = self.writer.out.text()
        self.writer.out = saved
        self.after += lines.splitlines()
