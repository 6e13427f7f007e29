"""From a plan to the text of the function that loads the plain case.

What does not fit makes the function raise `NeedsGeneralCodec`. The class's `decode` then leaves the
data to the general codec, which says what is wrong or does what the plain case does not.
"""

from dataclasses import dataclass, replace

from vmsdl.emit.absent_memory import LARGEST_ZERO
from vmsdl.emit.annotations import Annotations, ZeroValues
from vmsdl.emit.expressions import EmitScope, EmittedBody
from vmsdl.emit.layout_tables import variable
from vmsdl.emit.lines import Lines
from vmsdl.emit.module_scope import ModuleNames
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
from vmsdl.emit.struct_formats import (
    PackedField,
    StructFormats,
    make_struct_scope,
    with_index,
)
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import reads_index
from vmsdl.expr.nodes import Expr, Extern, IntValue
from vmsdl.schema.description import Field, Role, Validate
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.sizes import Sizes
from vmsdl.schema.traverse import collect_lengths, strip_arrays
from vmsdl.schema.types import Array, EnumType, Scalar, StructType, Type


@dataclass
class _Offset:
    """The place reached in the data: a constant, or a constant behind the variable `pos`."""

    base: str
    offset: int = 0

    def text(self, more: int = 0) -> str:
        total = self.offset + more
        if not self.base:
            return str(total)
        return f"{self.base} + {total}" if total else self.base


def find_settable_names(plan: Plan) -> list[str]:
    """The locals and properties that an embedding body may set: parameters of the function."""
    return [
        m.name
        for m in find_settable_members(plan.description)
        if m.default is None or fold_constant(m.default) is not None
    ]


class LoadFunctionWriter:
    """The function of one device or struct, which grows in `out`."""

    def __init__(self, module: ModuleNames, formats: StructFormats, plan: Plan) -> None:
        self.module = module
        self.out = Lines()
        self.annotations = Annotations(module, frozenset())
        self.formats = formats
        self._sizes = Sizes(module.schema)
        self.plan = plan
        # A device is at the beginning of its data, a struct may be anywhere.
        self.is_device = plan.description.role is Role.DEVICE
        self.at = _Offset("" if self.is_device else "pos")

    def text(self) -> str:
        """A function for a struct; for a device, which nothing embeds, the inside of `decode`."""
        d = self.plan.description
        _, names = self.module.struct(d.name)
        scope = make_struct_scope(self.module, self.plan, "o")
        out = self.out
        if self.is_device:
            out.add(f"o = {self.module.hidden(names)}()")
            self._body(scope, self.plan, {})
            with out.block(f"if {self.at.text()} != len(data):"):
                out.add(self.module.give_up())
            out.add("return o  # type: ignore[no-any-return]")
            return out.text()
        given = find_settable_names(self.plan)
        parameters = ["data: bytes", "pos: int", *(self._parameter(scope, n) for n in given)]
        result = f"tuple[{self.module.standard('typing', 'Any')}, int]"
        load = self.module.private(names, "load")
        with out.block(f"def {load}({', '.join(parameters)}) -> {result}:"):
            out.add('"""Load an object at `pos`; return it and the offset behind it."""')
            out.add(f"o = {self.module.hidden(names)}()")
            self._body(scope, self.plan, {n: names.attributes[n] for n in given})
            self._look_ahead(d.wire_name, self.at)
            out.add(f"return o, {self.at.text()}")
        return out.text()

    def _parameter(self, scope: EmitScope, name: str) -> str:
        member = next(m for m in find_settable_members(self.plan.description) if m.name == name)
        attribute = scope.bodies[0].names.attributes[name]
        default = self.constant_default(scope, name)
        return f"p_{attribute}: {self.annotations.attribute(member.type)} = {default}"

    def _body(self, scope: EmitScope, plan: Plan, parameters: dict[str, str]) -> None:
        body = scope.bodies[0]
        for member in find_settable_members(plan.description):
            attribute = body.names.attributes[member.name]
            value = self.constant_default(replace(scope, version="0"), member.name)
            if member.name in parameters:
                value = f"p_{attribute}"
            self.out.add(f"{body.variable}.{attribute} = {value}")
        for step in plan.steps:
            self._step(step, scope, plan)
        self._subsections(scope, plan)

    # Steps --------------------------------------------------------------------------------------

    def _step(self, step: PlanStep, scope: EmitScope, plan: Plan) -> None:
        match step:
            case RunStep():
                self._run(step, scope, plan)
            case BufferStep():
                self._buffer(step, scope)
            case NumbersStep():
                self._numbers(step, scope)
            case StructsStep():
                self._structs(step, scope)
            case ConditionalStep():
                self._conditional(step, scope, plan)
            case AbsentStep(field=field):
                self.absent(field, scope)
            case CheckStep(of=of):
                self.rule(of, scope)

    def _run(self, run: RunStep, scope: EmitScope, plan: Plan) -> None:
        writer = LoadRunWriter(self)
        writer.items(run.items, scope, 0)
        constant = self.formats.constant(run, plan, scope.bodies[0].names, writer.codes)
        arguments = "data" if self.at.text() == "0" else f"data, {self.at.text()}"
        self.out.add(*writer.before)
        call = f"{constant}.unpack_from({arguments})"
        if writer.targets:
            self.out.add(f"({', '.join(writer.targets)},) = {call}")
        else:
            self.out.add(call)
        self.out.add(*writer.after)
        for name, first, stride, count in writer.struct_ends:
            self._look_ahead_in_run(name, first, stride, count)
        self.at.offset += run.size

    def _look_ahead_in_run(self, name: str, first: int, stride: int, count: int) -> None:
        """QEMU looks for a subsection behind every struct: where there may be one, give up."""
        wire = repr(name.encode())
        start = self.at.text(first)
        if count == 1:
            self._look_ahead(name, _Offset(self.at.base, self.at.offset + first))
            return
        stop = self.at.text(first + stride * (count - 1) + 1)
        step = "" if stride == 1 else f":{stride}"
        with self.out.block(f"if 5 in data[{start}:{stop}{step}] and {wire} in data:"):
            self.out.add(self.module.give_up())

    def _look_ahead(self, name: str, at: _Offset) -> None:
        wire = repr(name.encode())
        test = (
            f'data[{at.text()}:{at.text(1)}] == b"\\x05" and data.startswith({wire}, {at.text(2)})'
        )
        with self.out.block(f"if {test}:"):
            self.out.add(self.module.give_up())

    def _in_variable(self) -> str:
        """The place reached in the variable `pos`."""
        if self.at.text() != "pos":
            self._move(self.at.text())
            self.at = _Offset("pos")
        return "pos"

    def _move(self, to: str) -> None:
        if to.startswith("pos + "):
            self.out.add(f"pos += {to[6:]}")
        elif to != "pos":
            self.out.add(f"pos = {to}")

    def _length(self, length: Expr, scope: EmitScope) -> tuple[str, str]:
        """A variable that holds a length, and the test for a negative one, "" where none can be."""
        name = self.out.fresh("n")
        self.out.add(f"{name} = {scope(length)}")
        type_ = length.type
        low = type_.low if isinstance(type_, IntValue) else None
        return name, "" if low is not None and low >= 0 else f"{name} < 0 or "

    def _buffer(self, step: BufferStep, scope: EmitScope) -> None:
        target = self.target(scope, step.field)
        if step.length is None:
            self.out.add(f"{target} = data[{self.at.text()}:]", "pos = len(data)")
            self.at = _Offset("pos")
            return
        count, negative = self._length(step.length, scope)
        start = self._in_variable()
        self.out.add(f"end = {start} + {count}")
        with self.out.block(f"if {negative}end > len(data):"):
            self.out.add(self.module.give_up())
        self.out.add(f"{target} = data[{start}:end]", "pos = end")

    def _numbers(self, step: NumbersStep, scope: EmitScope) -> None:
        assert isinstance(step.field.type, Array)
        assert isinstance(step.field.type.element, Scalar)
        code = SCALARS[step.field.type.element.name].code
        count, negative = self._length(step.count, scope)
        start = self._in_variable()
        width = f"{step.size} * {count}" if step.size > 1 else count
        self.out.add(f"end = {start} + {width}")
        with self.out.block(f"if {negative}end > len(data):"):
            self.out.add(self.module.give_up())
        array = self.module.standard("array", "array")
        name = self.out.fresh("a")
        self.out.add(f'{name} = {array}("{code}", data[{start}:end])')
        self.out.add(*swap_bytes(self.module, name, step.size))
        self.out.add(f"{self.target(scope, step.field)} = {name}", "pos = end")

    def _structs(self, step: StructsStep, scope: EmitScope) -> None:
        _, names = self.module.struct(step.plan.description.name)
        load = self.module.private(names, "load")
        target = self.target(scope, step.field)
        if step.count is None:
            call = f"{load}({self._arguments(step, scope)})"
            element = self.out.fresh("e")
            self.out.add(f"{element}, pos = {call}", f"{target} = {element}")
            self.at = _Offset("pos")
            return
        self._in_variable()
        known = fold_constant(step.count)
        count = self._bounded(step, step.count, scope) if known is None else str(int(known))
        items, element = self.out.fresh("l"), self.out.fresh("e")
        self.out.add(f"{items}: {self.annotations.attribute(step.field.type)} = []")
        uses = any(reads_index(value) for _, value in step.field.bindings)
        with self.out.block(f"for {'index' if uses else '_'} in range({count}):"):
            call = f"{load}({self._arguments(step, scope)})"
            self.out.add(f"{element}, pos = {call}", f"{items}.append({element})")
        self.out.add(f"{target} = {items}")

    def _bounded(self, step: StructsStep, length: Expr, scope: EmitScope) -> str:
        """A count, held against the bytes left."""
        count, negative = self._length(length, scope)
        least = f"{count} * {step.least}" if step.least > 1 else count
        with self.out.block(f"if {negative}{least} > len(data) - pos:"):
            self.out.add(self.module.give_up())
        return count

    def _arguments(self, step: StructsStep, scope: EmitScope) -> str:
        _, names = self.module.struct(step.plan.description.name)
        given = [f"p_{names.attributes[n]}={scope(v)}" for n, v in step.field.bindings]
        return ", ".join(["data", self.at.text(), *given])

    def _conditional(self, step: ConditionalStep, scope: EmitScope, plan: Plan) -> None:
        if isinstance(step.condition, Extern):
            for inner in step.steps:  # nothing is known against it: it is there
                self._step(inner, scope, plan)
            return
        before = replace(self.at)
        with self.out.block(f"if {scope(step.condition)}:"):
            for inner in step.steps:
                self._step(inner, scope, plan)
            # Both branches end with the place in the variable.
            after = self.at.text()
            self._move(after)
        if step.field is not None or before.text() != "pos":
            with self.out.block("else:"):
                if step.field is not None:
                    self.absent(step.field, scope)
                self._move(before.text())
        self.at = _Offset("pos")

    # Defaults and checks ------------------------------------------------------------------------

    def constant_default(self, scope: EmitScope, name: str) -> str:
        """The default of a local or property, as text of its own type."""
        member = next(
            m for m in find_settable_members(scope.bodies[0].description) if m.name == name
        )
        if member.default is None:
            return self.module.type_zero(member.type) or "0"
        value = fold_constant(member.default)
        if isinstance(member.type, EnumType):
            if value is None:
                return f"{self.module.enum_class(member.type.name)}({scope(member.default)})"
            return self.module.enum_value(member.type.name, int(value))
        if value is None:
            return scope(member.default)
        if isinstance(member.type, Scalar) and member.type.is_float:
            return repr(float(value))
        return str(value)

    def target(self, scope: EmitScope, field: Field) -> str:
        body = scope.bodies[0]
        return f"{body.variable}.{body.names.attributes[field.name]}"

    def absent(self, field: Field, scope: EmitScope) -> None:
        zero = self.module.scalar_zero(field)
        if zero is None and self._has_zero_of_unknown_size(field.type):
            chain = ", ".join(body.variable for body in scope.bodies)
            attribute = scope.bodies[0].names.attributes[field.name]
            zero = f"{self.module.runtime('absent_value')}({attribute!r}, {chain})"
        elif zero is None:
            for length in _dynamic_lengths(field):
                with self.out.block(f"if not 0 <= {scope.operand(length)} <= {LARGEST_ZERO}:"):
                    self.out.add(self.module.give_up())
            zero = ZeroValues(scope, self.annotations).of(field.type, field.bindings)
        elif isinstance(field.condition, Extern):
            zero = "None"
        is_float = isinstance(field.type, Scalar) and field.type.is_float
        if is_float and field.default is not None:
            zero = repr(float(zero))
        self.out.add(f"{self.target(scope, field)} = {zero}")

    def _has_zero_of_unknown_size(self, type_: Type) -> bool:
        """Whether a type embeds a struct whose zero may be as large as the input says."""
        struct = strip_arrays(type_)
        return isinstance(struct, StructType) and self._sizes.measure_struct(struct.name) is None

    def rule(self, of: Field | Validate, scope: EmitScope) -> None:
        tests = [of.condition] if isinstance(of, Validate) else [c.condition for c in of.checks]
        if isinstance(of, Field) and of.bounded:
            with self.out.block(f"if {self.target(scope, of)} < 0:"):
                self.out.add(self.module.give_up())
        for test in tests:
            with self.out.block(f"if not ({scope(test)}):"):
                self.out.add(self.module.give_up())

    # Subsections --------------------------------------------------------------------------------

    def _subsections(self, scope: EmitScope, plan: Plan) -> None:
        """In declared order; any other order, or an unknown one, is not the plain case."""
        found = [i for i, sub in enumerate(plan.subsections) if _is_found(sub, plan)]
        if len(plan.subsections) == len(found) == 1:
            self._in_variable()
            target = self._subsection(scope, plan, 0)
            with self.out.block("else:"):
                self.out.add(f"{target} = None")
            return
        owner = scope.bodies[0]
        for sub in plan.subsections:
            attribute = owner.names.attributes[sub.description.name]
            self.out.add(f"{owner.variable}.{attribute} = None")
        if not found:
            return
        start = self._in_variable()
        with self.out.block(f'if data[{start}:{start} + 1] == b"\\x05":'):
            for i in found:
                self._subsection(scope, plan, i)

    def _subsection(self, scope: EmitScope, plan: Plan, i: int) -> str:
        owner = scope.bodies[0]
        sub = plan.subsections[i]
        d = sub.description
        names = owner.names.subsections[d.name]
        target = f"{owner.variable}.{owner.names.attributes[d.name]}"
        head = make_subsection_header(d.wire_name, d.version_id)
        with self.out.block(f"if data.startswith({head!r}, pos):"):
            self.at.offset += len(head)
            name = self.out.fresh(variable(len(scope.bodies)))
            self.out.add(f"{name} = {self.module.hidden(names)}()")
            self.out.add(f"{target} = {name}")
            inner = EmitScope(
                self.module, (EmittedBody(d, names, name), *scope.bodies), version=str(d.version_id)
            )
            self._body(inner, sub, {})
            later = [s.description.wire_name for s in plan.subsections[i + 1 :]]
            if any(other.startswith(d.wire_name) for other in later):
                self._look_ahead(d.wire_name, self.at)
            self._in_variable()
        return target


class LoadRunWriter:
    """The parts of one run: codes, targets, what is made before and set after."""

    def __init__(self, writer: LoadFunctionWriter) -> None:
        self.writer = writer
        self.module = writer.module
        self.codes: list[str] = []
        self.targets: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.struct_ends: list[tuple[str, int, int, int]] = (
            []
        )  # wire name, first offset, stride, count

    def items(self, items: tuple[RunItem, ...], scope: EmitScope, offset: int) -> None:
        for item in items:
            match item:
                case ValueItem():
                    self.value(PackedField(scope, item.field, item.size))
                case PaddingItem(size=size):
                    if size:
                        self.codes.append(f"{size}x")
                case NestedItem():
                    self.nested(item, scope, offset)
            offset += measure_item(item)

    def value(self, packed: PackedField) -> None:
        self.codes.append(packed.code)
        if packed.typecode is not None:
            raw, name = self.writer.out.fresh("b"), self.writer.out.fresh("a")
            array = self.module.standard("array", "array")
            self.targets.append(raw)
            self.after.append(f'{name} = {array}("{packed.typecode}", {raw})')
            assert isinstance(packed.field.type, Array)
            assert isinstance(packed.field.type.element, Scalar)
            width = SCALARS[packed.field.type.element.name].size
            self.after += swap_bytes(self.module, name, width)
            self.after.append(f"{packed.text} = {name}")
            return
        self.targets.append(packed.text)
        if isinstance(packed.field.type, EnumType):
            member = self.module.enum_member(packed.field.type.name, packed.text)
            self.after.append(f"{packed.text} = {member}")

    def nested(self, item: NestedItem, scope: EmitScope, offset: int) -> None:
        body = scope.bodies[0]
        _, names = self.module.struct(item.plan.description.name)
        number = 1 if item.count is None else item.count
        elements = [self.writer.out.fresh("e") for _ in range(number)]
        target = f"{body.variable}.{body.names.attributes[item.field.name]}"
        stored = elements[0] if item.count is None else f"[{', '.join(elements)}]"
        self.before += [f"{e} = {self.module.hidden(names)}()" for e in elements]
        ends: dict[tuple[str, int], list[int]] = {}
        for i, element in enumerate(elements):
            inner = make_struct_scope(self.module, item.plan, element)
            self.given(item, with_index(scope, i), inner)
            known = len(self.struct_ends)
            for step in item.plan.steps:
                if isinstance(step, RunStep):
                    self.items(step.items, inner, offset + i * item.size)
            for name, first, stride, count in self.struct_ends[known:]:
                if count > 1:  # already a row of its own
                    ends[(name, -len(ends) - 1)] = [first, stride, count]
                else:
                    ends.setdefault((name, first - offset - i * item.size), []).append(first)
            del self.struct_ends[known:]
            self.rest(item.plan, inner)
        self.after.append(f"{target} = {stored}")
        for (name, where), firsts in ends.items():
            if where < 0:
                self.struct_ends.append((name, firsts[0], firsts[1], firsts[2]))
            else:
                self.struct_ends.append((name, firsts[0], item.size, len(firsts)))
        if number:
            wire = item.plan.description.wire_name
            self.struct_ends.append((wire, offset + item.size, item.size, number))

    def given(self, item: NestedItem, scope: EmitScope, inner: EmitScope) -> None:
        body = inner.bodies[0]
        given = dict(item.field.bindings)
        for member in find_settable_members(item.plan.description):
            attribute = f"{body.variable}.{body.names.attributes[member.name]}"
            value = self.writer.constant_default(replace(inner, version="0"), member.name)
            if member.name in given:
                value = scope(given[member.name])
            self.after.append(f"{attribute} = {value}")

    def rest(self, plan: Plan, scope: EmitScope) -> None:
        """What an embedded struct does besides taking bytes."""
        saved, self.writer.out = self.writer.out, Lines()
        for step in plan.steps:
            if isinstance(step, AbsentStep):
                self.writer.absent(step.field, scope)
            elif isinstance(step, CheckStep):
                self.writer.rule(step.of, scope)
        lines = self.writer.out.text()
        self.writer.out = saved
        self.after += lines.splitlines()


def _is_found(sub: Plan, owner: Plan) -> bool:
    """Does a loader find it? Its name must begin with its owner's (vmstate_subsection_load)."""
    name, prefix = sub.description.wire_name, owner.description.wire_name
    return name.startswith(prefix) and name != prefix


def make_subsection_header(name: str, version: int) -> bytes:
    wire = name.encode()
    return b"\x05" + bytes([len(wire)]) + wire + version.to_bytes(4, "big")


def swap_bytes(module: ModuleNames, name: str, size: int) -> list[str]:
    """Numbers between the order of the wire and that of this machine."""
    if size == 1:
        return []
    return [f"if {module.runtime('IS_LITTLE_ENDIAN')}:", f"    {name}.byteswap()"]


def _dynamic_lengths(field: Field) -> list[Expr]:
    return [each for each in collect_lengths(field.type) if fold_constant(each) is None]
