"""From a plan to the text of the function that saves the plain case.

What does not fit makes the function raise `NeedsGeneralCodec`. The class's `encode` then leaves the
object to the general codec.
"""

from dataclasses import dataclass, replace

from vmsdl.emit.expressions import EmitScope, EmittedBody
from vmsdl.emit.layout_tables import variable
from vmsdl.emit.lines import Lines
from vmsdl.emit.load_function import make_subsection_header, swap_bytes
from vmsdl.emit.module_scope import ModuleNames
from vmsdl.emit.names import ClassNames
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
)
from vmsdl.emit.struct_formats import PackedField, StructFormats, make_struct_scope, with_index
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.logic import reads_index
from vmsdl.expr.nodes import Expr, Extern, Member, SubsectionValue, children
from vmsdl.expr.simplify import simplify
from vmsdl.schema.description import Description, Field, Role, Validate
from vmsdl.schema.members import SettableMember, find_settable_members
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import Array, EnumType, Scalar


@dataclass(frozen=True, slots=True)
class _Part:
    """An expression for a part of the bytes; `is_bytes`: it can be nothing but bytes."""

    text: str
    is_bytes: bool = False
    is_many: bool = False  # starred: any number of parts


class SaveFunctionWriter:
    """The function of one device or struct."""

    def __init__(self, module: ModuleNames, formats: StructFormats, plan: Plan) -> None:
        self.module = module
        self.formats = formats
        self.plan = plan
        self.out = Lines()
        self.parts: list[_Part] = []  # not written to a list yet
        self.has_list = False

    def text(self) -> str:
        """A function for a struct; for a device, which nothing embeds, the inside of `encode`."""
        d = self.plan.description
        _, names = self.module.struct(d.name)
        if d.role is Role.DEVICE:
            self._body(names, "self")
        else:
            save = self.module.private(names, "save")
            with self.out.block(f"def {save}(o: {self.module.class_(names)}) -> bytes:"):
                self.out.add('"""The bytes of an object, at the newest version."""')
                self._body(names, "o")
        return self.out.text()

    def _body(self, names: ClassNames, name: str) -> None:
        scope = make_struct_scope(self.module, self.plan, name)
        self._hooks(self.plan.description, names, name)
        self._steps(self.plan, scope)
        if not self._last_subsection(scope):
            self._subsections(self.plan, scope)
            self.out.add(f"return {self._join_parts()}")

    def _hooks(self, description: Description, names: ClassNames, name: str) -> None:
        """Hooks do nothing in the generated class itself; a subclass may have its own."""
        if description.hooks:
            classes = (self.module.class_(names), self.module.hidden(names))
            with self.out.block(f"if type({name}) not in ({', '.join(classes)}):"):
                self._give_up()

    def _give_up(self) -> None:
        self.out.add(self.module.give_up())

    def _steps(self, plan: Plan, scope: EmitScope) -> None:
        for step in plan.steps:
            self._step(step, scope, plan)

    # The parts written so far -------------------------------------------------------------------

    def _join_parts(self) -> str:
        if self.has_list:
            self._flush()
            return 'b"".join(out)'
        return _join(self.parts)

    def _flush(self) -> None:
        """The parts so far into the list `out`: what follows may not be written."""
        if not self.has_list:
            any_ = self.module.standard("typing", "Any")
            self.out.add(f"out: list[{any_}] = [{_commas(self.parts)}]")
            self.has_list = True
        elif len(self.parts) == 1 and not self.parts[0].is_many:
            self.out.add(f"out.append({self.parts[0].text})")
        elif self.parts:
            self.out.add(f"out += ({_commas(self.parts)},)")
        self.parts = []

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
            case AbsentStep():
                pass
            case CheckStep(of=of):
                self._rule(of, scope)

    def _source(self, scope: EmitScope, field: Field) -> str:
        body = scope.bodies[0]
        return f"{body.variable}.{body.names.attributes[field.name]}"

    def _run(self, run: RunStep, scope: EmitScope, plan: Plan) -> None:
        codes: list[str] = []
        values: list[str] = []
        self._items(run.items, scope, codes, values)
        constant = self.formats.constant(run, plan, scope.bodies[0].names, codes)
        pack = self.formats.packer(constant, len(values))
        self.parts.append(_Part(f"{pack}({', '.join(values)})", is_bytes=True))

    def _items(
        self, items: tuple[RunItem, ...], scope: EmitScope, codes: list[str], values: list[str]
    ) -> None:
        for item in items:
            match item:
                case ValueItem():
                    packed = PackedField(scope, item.field, item.size)
                    codes.append(packed.code)
                    values.append(self._value(packed))
                case PaddingItem(size=size):
                    if size:
                        codes.append(f"{size}x")
                case NestedItem():
                    self._nested(item, scope, codes, values)

    def _value(self, packed: PackedField) -> str:
        text = packed.text
        if packed.is_bytes:
            # struct pads and cuts silently.
            with self.out.block(f"if len({text}) != {packed.size}:"):
                self._give_up()
        if packed.typecode is not None:
            assert isinstance(packed.field.type, Array)
            assert isinstance(packed.field.type.element, Scalar)
            row = SCALARS[packed.field.type.element.name]
            return (
                f"{self._array(text, row.code, row.size, str(packed.size // row.size))}.tobytes()"
            )
        if isinstance(packed.field.type, EnumType):
            return self.module.enum_member(packed.field.type.name, text)
        if isinstance(packed.field.type, Scalar) and packed.field.type.is_bool:
            return f"+{text}"  # a TypeError for what is no number; struct takes anything
        return text

    def _array(self, text: str, code: str, size: int, count: str) -> str:
        """A copy in wire order, its length and kind seen to."""
        name = self.out.fresh("a")
        self.out.add(f"{name} = {text}")
        with self.out.block(f'if {name}.typecode != "{code}" or len({name}) != {count}:'):
            self._give_up()
        self.out.add(f"{name} = {name}[:]", *swap_bytes(self.module, name, size))
        return name

    def _nested(
        self, item: NestedItem, scope: EmitScope, codes: list[str], values: list[str]
    ) -> None:
        description, names = self.module.struct(item.plan.description.name)
        source = self._source(scope, item.field)
        number = 1 if item.count is None else item.count
        elements = [self.out.fresh("e") for _ in range(number)]
        if item.count is None:
            self.out.add(f"{elements[0]} = {source}")
        elif elements:
            self.out.add(f"({', '.join(elements)},) = {source}")
        else:
            with self.out.block(f"if {source}:"):
                self._give_up()
        for i, element in enumerate(elements):
            self._hooks(description, names, element)
            inner = make_struct_scope(self.module, item.plan, element)
            self._give(item.field, with_index(scope, i), names, element)
            for step in item.plan.steps:
                if isinstance(step, RunStep):
                    self._items(step.items, inner, codes, values)
                elif isinstance(step, CheckStep):
                    self._rule(step.of, inner)

    def _give(self, field: Field, scope: EmitScope, names: ClassNames, element: str) -> None:
        for name, value in field.bindings:
            self.out.add(f"{element}.{names.attributes[name]} = {scope(value)}")

    def _buffer(self, step: BufferStep, scope: EmitScope) -> None:
        source = self._source(scope, step.field)
        name = self.out.fresh("b")
        self.out.add(f"{name} = {source}")
        wrong = f"type({name}) is not bytes"
        if step.length is not None:
            wrong += f" or len({name}) != {scope.operand(step.length)}"
        with self.out.block(f"if {wrong}:"):
            self._give_up()
        self.parts.append(_Part(name))

    def _numbers(self, step: NumbersStep, scope: EmitScope) -> None:
        assert isinstance(step.field.type, Array)
        assert isinstance(step.field.type.element, Scalar)
        row = SCALARS[step.field.type.element.name]
        count = scope.operand(step.count)
        source = self._source(scope, step.field)
        self.parts.append(_Part(self._array(source, row.code, row.size, count)))

    def _structs(self, step: StructsStep, scope: EmitScope) -> None:
        _, names = self.module.struct(step.plan.description.name)
        save = self.module.private(names, "save")
        source = self._source(scope, step.field)
        if step.count is None:
            element = self.out.fresh("e")
            self.out.add(f"{element} = {source}")
            self._give(step.field, scope, names, element)
            self.parts.append(_Part(f"{save}({element})", is_bytes=True))
            return
        with self.out.block(f"if len({source}) != {scope.operand(step.count)}:"):
            self._give_up()
        if step.field.bindings:
            element = self.out.fresh("e")
            uses = any(reads_index(value) for _, value in step.field.bindings)
            pairs = f"index, {element} in enumerate({source})" if uses else f"{element} in {source}"
            with self.out.block(f"for {pairs}:"):
                self._give(step.field, scope, names, element)
        self.parts.append(_Part(f"*map({save}, {source})", is_many=True))

    def _conditional(self, step: ConditionalStep, scope: EmitScope, plan: Plan) -> None:
        self._flush()
        condition = (
            f"{self._source(scope, step.field)} is not None"
            if isinstance(step.condition, Extern) and step.field is not None
            else "True" if isinstance(step.condition, Extern) else scope(step.condition)
        )
        with self.out.block(f"if {condition}:"):
            before = self.out.mark()
            for inner in step.steps:
                self._step(inner, scope, plan)
            self._flush()
            if self.out.mark() == before:
                self.out.add("pass")

    def _rule(self, of: Field | Validate, scope: EmitScope) -> None:
        checks = [of] if isinstance(of, Validate) else of.checks
        for check in checks:
            if check.is_load_only:
                continue
            with self.out.block(f"if not ({scope(check.condition)}):"):
                self._give_up()

    # Subsections --------------------------------------------------------------------------------

    def _last_subsection(self, scope: EmitScope) -> bool:
        """One subsection behind parts that are always there: a join for either case."""
        if self.has_list or len(self.plan.subsections) != 1:
            return False
        sub = self.plan.subsections[0]
        if sub.subsections or any(isinstance(step, ConditionalStep) for step in sub.steps):
            return False
        parts = list(self.parts)
        self._subsection(sub, scope, ends=True)
        self.out.add(f"return {_join(parts)}")
        return True

    def _subsections(self, plan: Plan, scope: EmitScope) -> None:
        if plan.subsections:
            self._flush()
        for sub in plan.subsections:
            self._subsection(sub, scope, ends=False)

    def _subsection(self, sub: Plan, scope: EmitScope, ends: bool) -> None:
        d = sub.description
        owner = scope.bodies[0]
        names = owner.names.subsections[d.name]
        name = self.out.fresh(variable(len(scope.bodies)))
        self.out.add(f"{name} = {owner.variable}.{owner.names.attributes[d.name]}")
        body = EmittedBody(d, names, name)
        inner = EmitScope(self.module, (body, *scope.bodies), version=str(d.version_id))
        if isinstance(d.needed, Extern) or d.needed is None:
            test = f"if {name} is not None:"
        else:
            test = self._missing(d.needed, inner, name)
        with self.out.block(test):
            self._hooks(d, names, name)
            self.parts = [
                *self.parts,
                _Part(repr(make_subsection_header(d.wire_name, d.version_id))),
            ]
            self._steps(sub, inner)
            self._subsections(sub, inner)
            if ends:
                self.out.add(f"return {_join(self.parts)}")
            else:
                self._flush()

    def _missing(self, needed: Expr, inner: EmitScope, name: str) -> str:
        """None is written with its defaults where it is needed, which the general codec does."""
        body = inner.bodies[0]
        known = find_default_numbers(body.description)
        asked = simplify(needed, body.description.version_id, known)
        if fold_constant(asked) is False:
            # A test that is nothing but `and` needs no parentheses.
            return f"if {name} is not None and ({inner(needed)}):"
        with self.out.block(f"if {name} is None:"):
            if fold_constant(asked) is True or _reads_own(asked, body.description):
                self._give_up()
            else:
                outer = replace(inner, missing=frozenset({body.description.wire_name}))
                with self.out.block(f"if {outer(asked)}:"):
                    self._give_up()
        return f"elif {inner(needed)}:" if fold_constant(needed) is not True else "else:"


def find_default_numbers(d: Description) -> dict[str, int | bool]:
    """The members of a body that hold a constant number where nothing was said."""
    values: dict[str, int | bool] = {}
    members: list[SettableMember | Field] = [*find_settable_members(d), *d.fields]
    for member in members:
        is_extern = isinstance(member, Field) and isinstance(member.condition, Extern)
        if not isinstance(member.type, Scalar) or member.type.is_float or is_extern:
            continue
        value = None if member.default is None else fold_constant(member.default)
        if member.default is None:
            row = member.type.row
            value = bool(row.zero) if row.is_bool else row.zero
        if value is not None:
            values[member.name] = value
    return values


def _reads_own(e: Expr, own: Description) -> bool:
    """Does it read a member of this subsection, by itself or by the subsection's name?"""
    if isinstance(e, Member) and e.up == 0:
        return True
    if isinstance(e.type, SubsectionValue) and e.type.path[-1] == own.name:
        return True
    return any(_reads_own(each, own) for each in children(e))


def _join(parts: list[_Part]) -> str:
    if not parts:
        return 'b""'
    if len(parts) == 1 and parts[0].is_bytes:
        return parts[0].text
    return f'b"".join(({_commas(parts)},))'


def _commas(parts: list[_Part]) -> str:
    return ", ".join(part.text for part in parts)
