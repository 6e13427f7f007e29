"""From a description to the text of its layout table, which `runtime/layout.py` defines."""

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
    """The variable of a body: `o` for a device or struct, `s` for its subsection, and so on."""
    return _VARIABLES[depth] if depth < len(_VARIABLES) else f"t{depth}"


def make_scope(
    module: ModuleNames,
    description: Description,
    names: ClassNames,
    owners: tuple[EmittedBody, ...],
) -> EmitScope:
    """The scope of the expressions in a body; `owners` innermost first."""
    return EmitScope(module, (EmittedBody(description, names, variable(len(owners))), *owners))


def find_typecode(element: Type) -> str | None:
    """The typecode of an array.array that holds such elements, None where a list does."""
    match element:
        case Scalar(is_bool=True) | Scalar(is_byte=True):
            return None  # `array` has no bools; bytes are `bytes`
        case Scalar(row=row):
            return row.code
        case _:
            return None


def describe_check(expression: Expr, message: str | None, scope: EmitScope) -> str:
    """The message of a check: the one in the schema, else the text of its condition."""
    return message or " ".join(expression.span.text.split()) or scope(expression)


class LayoutTable:
    """The table of one description. Every method returns the text of one expression."""

    def __init__(self, scope: EmitScope, machines: dict[str, tuple[Setting, ...]]) -> None:
        self.scope = scope
        self.module = scope.module
        self.description = scope.bodies[0].description
        self.names = scope.bodies[0].names
        self.machines = machines
        self.parameters = ", ".join(body.variable for body in scope.bodies)

    def text(self) -> str:
        d = self.description
        arguments = [
            f"name={d.name!r}",
            f"wire_name={d.wire_name!r}",
            f"version_id={d.version_id}",
            f"minimum_version_id={d.minimum_version_id}",
        ]
        known = [self.local(member) for member in find_settable_members(d)]
        steps = [self.step(step) for step in d.steps]
        subsections = [self.subsection(s) for s in d.subsections]
        arguments += _keyword_tuple("locals", known)
        arguments += _keyword_tuple("steps", steps)
        arguments += _keyword_tuple("subsections", subsections)
        arguments += _keyword_tuple("hooks", [repr(hook.value) for hook in d.hooks])
        if self.machines:
            arguments.append(f"machines={self.machine_table()}")
        return self.call("DescriptionLayout", arguments)

    def call(self, name: str, arguments: list[str]) -> str:
        return f"{self.module.runtime(name)}({', '.join(arguments)})"

    def code(self, expression: Expr, more: str = "") -> str:
        return f"lambda {self.parameters}, version{more}: {self.scope(expression)}"

    def length(self, expression: Expr) -> str:
        known = fold_constant(expression)
        if known is None:
            return self.code(expression)
        text = self.scope(expression)
        return text if text.isidentifier() or known is True else str(int(known))

    def attribute(self, name: str) -> list[str]:
        attribute = self.names.attributes[name]
        return [] if attribute == name else [f"attribute={attribute!r}"]

    def local(self, member: Local | Property) -> str:
        arguments = [f"name={member.name!r}", f"kind={self.kind(member.type)}"]
        arguments += self.attribute(member.name)
        if member.default is not None:
            arguments.append(f"default={self.code(member.default)}")
        return self.call("LocalLayout", arguments)

    def step(self, step: Step) -> str:
        match step:
            case Field():
                return self.field(step)
            case Unused():
                arguments = [f"length={self.length(step.length)}", *self.presence(step)]
                return self.call("UnusedLayout", arguments)
            case Validate():
                arguments = [f"check={self.code(step.condition)}", f"message={step.message!r}"]
                arguments += ["on_save=False"] if step.is_load_only else []
                return self.call("ValidateLayout", arguments)
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
        arguments = [f"name={step.name!r}", f"kind={self.kind(step.type, step.there)}"]
        arguments += self.attribute(step.name)
        arguments += self.presence(step)
        if step.default is not None:
            arguments.append(f"default={fold_constant(step.default)}")
        arguments += ["equal=True"] if step.equal else []
        arguments += ["bounded=True"] if step.bounded else []
        always = [self.check(check) for check in step.checks if not check.is_load_only]
        on_load = [self.check(check) for check in step.checks if check.is_load_only]
        arguments += _keyword_tuple("checks", always)
        arguments += _keyword_tuple("load_checks", on_load)
        if step.bindings:
            _, nested = self.module.struct(find_embedded_struct(step.type))
            pairs = [
                f"({nested.attributes[name]!r}, {self.code(value, ', index')})"
                for name, value in step.bindings
            ]
            arguments += _keyword_tuple("bindings", pairs)
        return self.call("FieldLayout", arguments)

    def check(self, check: Check) -> str:
        rule = describe_check(check.condition, check.message, self.scope)
        return f"({self.code(check.condition)}, {rule!r})"

    def kind(self, type_: Type, there: Expr | None = None) -> str:
        """`there`: which pointers of an array are not null."""
        match type_:
            case Scalar(is_bool=True):
                return self.call("Bool", [])
            case Scalar(is_float=True, row=row):
                # The runtime's own default is left out: most floats are doubles.
                return self.call("Float", [] if row.code == "d" else [f"code={row.code!r}"])
            case Scalar(row=row):
                zero = [f"zero={row.zero}"] if row.zero else []
                return self.call("Number", [f"code={row.code!r}", *zero])
            case EnumType(name=name):
                enum = self.module.schema.enums[name]
                code = SCALARS[enum.scalar].code
                arguments = [
                    f"code={code!r}",
                    f"cls={self.module.enum_class(name)}",
                    f"zero={enum.zero}",
                ]
                members = self.module.enum(name)[1].members
                renamed = {python: member for member, python in members.items() if member != python}
                arguments += [f"names={renamed!r}"] if renamed else []
                return self.call("EnumOf", arguments)
            case Bytes(length=length):
                return self.call("BytesOf", [f"length={self.length(length)}"])
            case Opaque(length=None):
                return self.call("Rest", [])
            case Opaque(length=length):
                assert length is not None
                return self.call("BytesOf", [f"length={self.length(length)}"])
            case Blob():
                return self.call("BlobOf", [])
            case Bitmap(bits=bits):
                return self.call("BitmapOf", [f"bits={self.length(bits)}"])
            case StructType(name=name, version=version):
                _, nested = self.module.struct(name)
                arguments = [f"cls={self.module.class_(nested)}"]
                arguments += [] if version is None else [f"version={version}"]
                return self.call("StructOf", arguments)
            case ListType(element=element):
                return self.call("ListOf", [f"element={self.kind(element)}"])
            case MapType(key=key, value=value):
                first = "None" if key is None else self.kind(key)
                return self.call("MapOf", [f"key={first}", f"value={self.kind(value)}"])
            case Array():
                return self.array(type_, there)
            case _:
                assert_never(type_)

    def array(self, type_: Array, there: Expr | None) -> str:
        element = self.kind(type_.element, there)
        arguments = [f"element={element}", f"count={self.length(type_.count)}"]
        if type_.nullable or type_.marked:
            arguments += ["marked=True"] if type_.marked else []
            arguments += [] if there is None else [f"there={self.code(there, ', index')}"]
            return self.call("PointersOf", arguments)
        if type_.element == BYTE:
            return self.call("BytesOf", [f"length={self.length(type_.count)}"])
        code = find_typecode(type_.element)
        typecode = [] if code is None else [f"typecode={code!r}"]
        return self.call("ArrayOf", [*arguments, *typecode])

    def subsection(self, s: Description) -> str:
        names = self.names.subsections[s.name]
        scope = replace(
            self.scope,
            bodies=(EmittedBody(s, names, variable(len(self.scope.bodies))), *self.scope.bodies),
        )
        if s.needed is None or isinstance(s.needed, Extern):
            needed = self.module.runtime("EXTERN")
        else:
            parameters = ", ".join(body.variable for body in scope.bodies)
            needed = f"lambda {parameters}, version: {scope(s.needed)}"
        arguments = [f"name={s.name!r}", f"cls={self.module.class_(names)}", f"needed={needed}"]
        arguments += self.attribute(s.name)
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
                description, names = self.module.struct(find_embedded_struct(step.type))
        scope = replace(self.scope, bodies=(EmittedBody(description, names, "o"),))
        return f"({_tuple(attributes)}, lambda o, version: {scope(setting.value)})"


def find_embedded_struct(type_: Type) -> str:
    """The struct that a field embeds, once or many times."""
    match type_:
        case StructType(name=name):
            return name
        case Array(element=element) | ListType(element=element) | MapType(value=element):
            return find_embedded_struct(element)
        case _:
            raise TypeError(type_)


def collect_settings(schema: Schema, machine: Machine) -> tuple[Setting, ...]:
    """What a machine sets: what it builds on first."""
    chain = [machine]
    while (parent := chain[-1].extends) is not None and parent in schema.machines:
        following = schema.machines[parent]
        if following in chain:
            break  # a cycle; the checker refuses it
        chain.append(following)
    return tuple(setting for one in reversed(chain) for setting in one.settings)


def _keyword_tuple(name: str, items: list[str]) -> list[str]:
    return [f"{name}={_tuple(items)}"] if items else []


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)},)" if items else "()"
