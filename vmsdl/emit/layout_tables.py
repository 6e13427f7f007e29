"""From a description to the text of its layout table: calls of `runtime/layout.py`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from vmsdl.emit.expressions import EmitScope, EmittedBody
from vmsdl.emit.module_scope import ModuleNames
from vmsdl.emit.names import ClassNames
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import Expr, Extern
from vmsdl.schema.description import (
    Check,
    Description,
    Field,
    Local,
    Machine,
    Property,
    Schema,
    Setting,
    Step,
    Unused,
    Validate,
)
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.scalars import SCALARS
from vmsdl.schema.types import (
    BYTE,
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

_VARIABLES = ("o", "s", "t")


def variable(depth: int) -> str:
    """What holds the object of a body: a device or struct, its subsection, and so on."""
    return _VARIABLES[depth] if depth < len(_VARIABLES) else f"t{depth}"


def place_of(
    module: ModuleNames,
    description: Description,
    names: ClassNames,
    owners: tuple[EmittedBody, ...],
) -> EmitScope:
    """Where the expressions of a body stand; `owners` innermost first."""
    return EmitScope(module, (EmittedBody(description, names, variable(len(owners))), *owners))


def array_code(element: Type) -> str | None:
    """The typecode of an array.array that holds such elements, None where a list does."""
    match element:
        case Scalar(is_bool=True) | Scalar(is_byte=True):
            return None  # `array` has no bools; bytes are `bytes`
        case Scalar(row=row):
            return row.code
        case _:
            return None


def words(expression: Expr, message: str | None, place: EmitScope) -> str:
    """The rule of a check: the author's own words, else the condition as it stands in the file."""
    return message or " ".join(expression.span.text.split()) or place(expression)


class LayoutTable:
    """One description's table. Every piece of text is an expression of its own."""

    def __init__(self, place: EmitScope, machines: dict[str, tuple[Setting, ...]]) -> None:
        self.place = place
        self.module = place.module
        self.description = place.bodies[0].description
        self.names = place.bodies[0].names
        self.machines = machines
        self.parameters = ", ".join(body.variable for body in place.bodies)

    def text(self) -> str:
        d = self.description
        arguments = [repr(d.name), repr(d.wire_name), str(d.version_id), str(d.minimum_version_id)]
        known = [self.known(member) for member in find_settable_members(d)]
        steps = [self.step(step) for step in d.steps]
        subsections = [self.subsection(s) for s in d.subsections]
        arguments += _named("locals", known)
        arguments += _named("steps", steps)
        arguments += _named("subsections", subsections)
        arguments += _named("hooks", [repr(hook.value) for hook in d.hooks])
        if self.machines:
            arguments.append(f"machines={self.machine_table()}")
        return self.call("Layout", arguments)

    def call(self, name: str, arguments: list[str]) -> str:
        return f"{self.module.runtime(name)}({', '.join(arguments)})"

    def code(self, expression: Expr, more: str = "") -> str:
        return f"lambda {self.parameters}, version{more}: {self.place(expression)}"

    def length(self, expression: Expr) -> str:
        known = fold_constant(expression)
        if known is None:
            return self.code(expression)
        text = self.place(expression)
        return text if text.isidentifier() or known is True else str(int(known))

    def attribute(self, name: str) -> list[str]:
        attribute = self.names.attributes[name]
        return [] if attribute == name else [f"attribute={attribute!r}"]

    def known(self, member: Local | Property) -> str:
        arguments = [repr(member.name), self.kind(member.type), *self.attribute(member.name)]
        if member.default is not None:
            arguments.append(f"default={self.code(member.default)}")
        return self.call("Local", arguments)

    def step(self, step: Step) -> str:
        match step:
            case Field():
                return self.field(step)
            case Unused():
                arguments = [self.length(step.length), *self.presence(step)]
                return self.call("Unused", arguments)
            case Validate():
                check = self.code(step.condition)
                return self.call("Validate", [check, repr(step.message)])
            case _:
                assert_never(step)

    def presence(self, step: Field | Unused) -> Iterator[str]:
        if step.since:
            yield f"since={step.since}"
        if isinstance(step.condition, Extern):
            yield f"when={self.module.runtime('EXTERN')}"
        elif step.condition is not None:
            yield f"when={self.code(step.condition)}"

    def field(self, step: Field) -> str:
        arguments = [repr(step.name), self.kind(step.type), *self.attribute(step.name)]
        arguments += self.presence(step)
        if step.default is not None:
            arguments.append(f"default={fold_constant(step.default)}")
        arguments += ["equal=True"] if step.equal else []
        arguments += ["bounded=True"] if step.bounded else []
        arguments += _named("checks", [self.check(check) for check in step.checks])
        if step.bindings:
            _, nested = self.module.struct(embedded(step.type))
            pairs = [
                f"({nested.attributes[name]!r}, {self.code(value, ', index')})"
                for name, value in step.bindings
            ]
            arguments += _named("given", pairs)
        return self.call("Field", arguments)

    def check(self, check: Check) -> str:
        rule = words(check.condition, check.message, self.place)
        return f"({self.code(check.condition)}, {rule!r})"

    def kind(self, type_: Type) -> str:
        match type_:
            case Scalar(is_bool=True):
                return self.call("Bool", [])
            case Scalar(is_float=True, row=row):
                # The runtime's own default is left out: most floats are doubles.
                return self.call("Float", [] if row.code == "d" else [repr(row.code)])
            case Scalar(row=row):
                zero = [f"zero={row.zero}"] if row.zero else []
                return self.call("Number", [repr(row.code), *zero])
            case EnumType(name=name):
                enum = self.module.schema.enums[name]
                code = SCALARS[enum.scalar].code
                arguments = [repr(code), self.module.enum_class(name), str(enum.zero)]
                arms = self.module.enum(name)[1].arms
                renamed = {python: arm for arm, python in arms.items() if arm != python}
                arguments += [f"names={renamed!r}"] if renamed else []
                return self.call("EnumOf", arguments)
            case Bytes(length=length):
                return self.call("Bytes", [self.length(length)])
            case Opaque(length=None):
                return self.call("Rest", [])
            case Opaque(length=length):
                assert length is not None
                return self.call("Bytes", [self.length(length)])
            case Blob():
                return self.call("Blob", [])
            case Bitmap(bits=bits):
                return self.call("Bitmap", [self.length(bits)])
            case StructType(name=name, version=version):
                _, nested = self.module.struct(name)
                given = [] if version is None else [str(version)]
                return self.call("StructOf", [self.module.class_(nested), *given])
            case ListType(element=element):
                return self.call("ListOf", [self.kind(element)])
            case MapType(key=key, value=value):
                first = "None" if key is None else self.kind(key)
                return self.call("MapOf", [first, self.kind(value)])
            case Array():
                return self.array(type_)
            case _:
                assert_never(type_)

    def array(self, type_: Array) -> str:
        count = self.length(type_.count)
        if type_.nullable or type_.marked:
            marked = ["marked=True"] if type_.marked else []
            return self.call("PointersOf", [self.kind(type_.element), count, *marked])
        if type_.element == BYTE:
            return self.call("Bytes", [count])
        code = array_code(type_.element)
        arguments = [self.kind(type_.element), count]
        return self.call("ArrayOf", arguments + ([] if code is None else [repr(code)]))

    def subsection(self, s: Description) -> str:
        names = self.names.subsections[s.name]
        place = replace(
            self.place,
            bodies=(EmittedBody(s, names, variable(len(self.place.bodies))), *self.place.bodies),
        )
        if s.needed is None or isinstance(s.needed, Extern):
            needed = self.module.runtime("EXTERN")
        else:
            parameters = ", ".join(body.variable for body in place.bodies)
            needed = f"lambda {parameters}, version: {place(s.needed)}"
        arguments = [repr(s.name), self.module.class_(names), needed, *self.attribute(s.name)]
        return self.call("SubsectionOf", arguments)

    def machine_table(self) -> str:
        rows = []
        for machine, settings in self.machines.items():
            values = [self.setting(setting) for setting in settings]
            rows.append(f"{machine!r}: {_tuple(values)}")
        return "{" + ", ".join(rows) + "}"

    def setting(self, setting: Setting) -> str:
        """The attributes down to the property, and its value for the object that holds it."""
        description, names = self.description, self.names
        attributes = []
        for part in setting.path[1:]:
            attributes.append(repr(names.attributes[part]))
            step = next((f for f in description.fields if f.name == part), None)
            if step is not None:
                description, names = self.module.struct(embedded(step.type))
        place = replace(self.place, bodies=(EmittedBody(description, names, "o"),))
        return f"({_tuple(attributes)}, lambda o, version: {place(setting.value)})"


def embedded(type_: Type) -> str:
    """The struct that a field embeds, once or many times."""
    match type_:
        case StructType(name=name):
            return name
        case Array(element=element) | ListType(element=element) | MapType(value=element):
            return embedded(element)
        case _:
            raise TypeError(type_)


def machine_settings(schema: Schema, machine: Machine) -> tuple[Setting, ...]:
    """What a machine sets: what it builds on first."""
    chain = [machine]
    while (parent := chain[-1].extends) is not None and parent in schema.machines:
        following = schema.machines[parent]
        if following in chain:
            break  # a cycle; the checker refuses it
        chain.append(following)
    return tuple(setting for one in reversed(chain) for setting in one.settings)


def _named(name: str, items: list[str]) -> list[str]:
    return [f"{name}={_tuple(items)}"] if items else []


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)},)" if items else "()"
