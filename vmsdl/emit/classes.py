"""From a description to what the template of a class receives."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vmsdl.emit.annotations import Annotations, ZeroValues
from vmsdl.emit.expressions import EmitScope, EmittedBody
from vmsdl.emit.layout_tables import LayoutTable, find_typecode, variable
from vmsdl.emit.literals import format_docstring, format_string
from vmsdl.emit.module_scope import ModuleNames
from vmsdl.emit.names import INTERFACE
from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import (
    Call,
    Expr,
    Extern,
    Item,
    Let,
    Member,
    Quantifier,
    Select,
    children,
)
from vmsdl.schema.description import (
    Description,
    Field,
    Hook,
    Local,
    Property,
    Role,
    Setting,
    Unused,
)
from vmsdl.schema.members import find_settable_members
from vmsdl.schema.types import Array, Bitmap, Blob, Bytes, EnumType, Opaque, Scalar, Type

_IN_SIGNATURE = 4096  # bytes of zeros that a default may hold from import on


@dataclass(frozen=True, slots=True)
class AttributeText:
    """One attribute: `parameter` and `default` in the signature, `value` what is stored."""

    name: str
    annotation: str
    doc: str
    parameter: str
    default: str
    value: str


@dataclass(frozen=True, slots=True)
class HookText:
    name: str
    parameters: str
    doc: str


@dataclass(frozen=True, slots=True)
class ClassText:
    """What the template of a class receives: pieces of text, and the same for nested classes."""

    name: str
    qualified: str
    hidden: str
    doc: str
    wire_name: str
    version_id: int
    minimum_version_id: int
    has_codec: bool  # a subsection's class has no public decode or encode
    attributes: tuple[AttributeText, ...]
    hooks: tuple[HookText, ...]
    machines: tuple[str, ...]
    layout: str
    subsections: tuple["ClassText", ...]
    has_subsections: bool
    is_device: bool
    load: str | None = None  # the function of the plain case
    longest: int | None = None  # data that it may load, in bytes
    save: str | None = None


_HOOK_DOCS = {
    Hook.PRE_LOAD: "Called before anything is loaded into this object.",
    Hook.POST_LOAD: "Called when this object has been loaded, its subsections too.",
    Hook.PRE_SAVE: "Called before this object is written.",
    Hook.POST_SAVE: "Called when this object has been written.",
}
_ROLE_DOCS = {
    Role.DEVICE: "The state of device",
    Role.STRUCT: "The state of struct",
    Role.SUBSECTION: "Subsection",
}


def build_class(
    module: ModuleNames,
    scope: EmitScope,
    machines: dict[str, tuple[Setting, ...]],
) -> ClassText:
    """The class of the innermost body of `scope`."""
    body = scope.bodies[0]
    d, names = body.description, body.names
    builder = _ClassBuilder(module, scope)
    nested = tuple(
        build_class(module, make_subsection_scope(scope, s), {})
        for s in d.subsections
        if s.name in names.subsections
    )
    return ClassText(
        name=names.simple,
        qualified=names.qualified,
        hidden=names.hidden,
        doc=format_docstring(builder.doc()),
        wire_name=format_string(d.wire_name),
        version_id=d.version_id,
        minimum_version_id=d.minimum_version_id,
        has_codec=d.role is not Role.SUBSECTION,
        attributes=tuple(builder.attributes()),
        hooks=tuple(builder.hook(hook) for hook in d.hooks),
        machines=tuple(format_string(name) for name in machines),
        layout=LayoutTable(scope, machines).text(),
        subsections=nested,
        has_subsections=bool(nested),
        is_device=d.role is Role.DEVICE,
    )


def make_subsection_scope(scope: EmitScope, s: Description) -> EmitScope:
    names = scope.bodies[0].names.subsections[s.name]
    body = EmittedBody(s, names, variable(len(scope.bodies)))
    return replace(scope, bodies=(body, *scope.bodies))


class _ClassBuilder:
    def __init__(self, module: ModuleNames, scope: EmitScope) -> None:
        self.module = module
        self.body = scope.bodies[0]
        self.owners = scope.bodies[1:]
        self.description = self.body.description
        self.names = self.body.names
        nested = {n.simple for n in self.names.subsections.values()}
        self.hidden_by = frozenset({*self.names.attributes.values(), *nested, *INTERFACE})
        self.annotations = Annotations(module, self.hidden_by)
        own = replace(self.body, variable="self")
        # The owner is not known to a constructor: its members read as their defaults there.
        owners = tuple(
            replace(owner, held=find_constant_defaults(owner, module)) for owner in self.owners
        )
        self.scope = EmitScope(module, (own, *owners), version=str(self.description.version_id))
        self.zeros = ZeroValues(self.scope, self.annotations)
        self.counts = dict(find_counts(self.description))

    def doc(self) -> str:
        d = self.description
        text = f"{d.doc.strip()}\n\n" if d.doc.strip() else ""
        text += f"{_ROLE_DOCS[d.role]} `{d.wire_name}`, version {d.version_id}."
        changed = [(m, a) for m, a in self.names.attributes.items() if m != a]
        if changed:
            lines = "\n".join(
                f"    `{member}` is `{attribute}` here" for member, attribute in changed
            )
            text += f"\n\nNames that mean something to Python or to this class:\n\n{lines}"
        return text

    def attributes(self) -> Iterator[AttributeText]:
        d = self.description
        for member in find_settable_members(d):
            yield self.setting(member)
        for step in d.fields:
            yield self.field(step)
        for s in d.subsections:
            yield self.subsection(s)

    def subsection(self, s: Description) -> AttributeText:
        text = self.annotations.class_(self.names.subsections[s.name].qualified)
        name = self.names.attributes[s.name]
        return AttributeText(name, f"{text} | None", "", f"{text} | None", "None", name)

    def setting(self, member: Local | Property) -> AttributeText:
        default = None if member.default is None else self.default(member.type, member.default)
        return self.attribute(member, member.type, default, ())

    def field(self, step: Field) -> AttributeText:
        if isinstance(step.condition, Extern):
            text = self.annotations.attribute(step.type)
            taken = self.annotations.parameter(step.type)
            name = self.names.attributes[step.name]
            value = self.converted(step.type, name)
            value = name if value == name else f"None if {name} is None else {value}"
            return AttributeText(
                name, f"{text} | None", self.member_doc(step), f"{taken} | None", "None", value
            )
        if step.name in self.counts and step.default is None:
            return self.count(step)
        default = None if step.default is None else self.default(step.type, step.default)
        return self.attribute(step, step.type, default, step.bindings)

    def count(self, step: Field) -> AttributeText:
        """A count that is not given is the length of what it counts."""
        name = self.names.attributes[step.name]
        length = self.module.builtin("len")
        value = "0"
        for member in reversed(self.counts[step.name]):
            array = self.names.attributes[member]
            value = f"{length}({array}) if {array} is not None else {value}"
        value = f"{name} if {name} is not None else {value}"
        return AttributeText(name, "int", self.member_doc(step), "int | None", "None", value)

    def default(self, type_: Type, default: Expr) -> str:
        known = fold_constant(default)
        if isinstance(type_, EnumType):
            return self.annotations.class_(self.module.enum_value(type_.name, int(known or 0)))
        return self.scope(default) if known is None else str(known)

    def attribute(
        self,
        member: Field | Local | Property,
        type_: Type,
        default: str | None,
        bindings: tuple[tuple[str, Expr], ...],
    ) -> AttributeText:
        name = self.names.attributes[member.name]
        annotation = self.annotations.attribute(type_)
        parameter = self.annotations.parameter(type_)
        doc = self.member_doc(member)
        reads = not isinstance(member, Field) and member.default is not None
        fixed = default is not None and not (
            reads and member.default is not None and fold_constant(member.default) is None
        )
        if default is None:
            if self.is_plain(type_) or (self.is_known(type_) and not bindings):
                default = self.zeros.of(type_)
            else:
                words = self.module.runtime("default_of")
                default = f"{words}(self, {format_string(name)})"
            fixed = self.is_plain(type_)
            if isinstance(type_, EnumType):
                default = self.annotations.class_(default)
        if fixed and parameter == annotation:
            return AttributeText(name, annotation, doc, parameter, default, name)
        value = f"{default} if {name} is None else {self.converted(type_, name)}"
        return AttributeText(name, annotation, doc, f"{parameter} | None", "None", value)

    def converted(self, type_: Type, name: str) -> str:
        """An argument as the attribute keeps it."""
        text = self.annotations.attribute(type_)
        kind, bracket, _ = text.partition("[")
        if not bracket:
            return name
        if kind in ("list", "dict"):
            return f"{kind}({name})"
        assert isinstance(type_, Array)
        return f'{self.module.runtime("to_array")}("{find_typecode(type_.element)}", {name})'

    def is_plain(self, type_: Type) -> bool:
        """An immutable zero that is small and the same for every object."""
        match type_:
            case Scalar() | EnumType() | Bitmap() | Blob():
                return True
            case Bytes(length=length):
                return self.is_small(length)
            case Opaque(length=length):
                return length is None or self.is_small(length)
            case Array(element=Scalar(is_byte=True), count=count, nullable=False, marked=False):
                return self.is_small(count)
            case _:
                return False

    @staticmethod
    def is_small(length: Expr) -> bool:
        value = fold_constant(length)
        return value is not None and 0 <= value <= _IN_SIGNATURE

    def is_known(self, type_: Type) -> bool:
        """Whether the lengths in a type are constants, or an owner's that a constructor knows."""
        return all(map(self.knows, _find_lengths(type_)))

    def knows(self, e: Expr) -> bool:
        if isinstance(e, Member):
            owner = self.scope.bodies[e.up]
            return e.up > 0 and owner.names.attributes[e.name] in owner.held
        if isinstance(e, Select | Item | Call | Quantifier):
            return fold_constant(e) is not None
        return all(map(self.knows, children(e)))

    def member_doc(self, member: Field | Local | Property) -> str:
        return format_docstring(member.doc) if member.doc.strip() else ""

    def hook(self, hook: Hook) -> HookText:
        parameters = ["self"]
        if self.owners:
            owner = self.owners[0].names.qualified
            parameters.append(f"owner: {self.annotations.class_(owner)}")
        if hook is Hook.POST_LOAD:
            parameters.append("version_id: int")
        return HookText(hook.value, ", ".join(parameters), format_docstring(_HOOK_DOCS[hook]))


def find_constant_defaults(body: EmittedBody, module: ModuleNames) -> dict[str, str]:
    """The attributes of a body that have a constant default, and the text of it."""
    d = body.description
    held = {}
    for member in find_settable_members(d):
        value = module.type_zero(member.type) if member.default is None else None
        known = None if member.default is None else fold_constant(member.default)
        text = str(known) if known is not None else value
        if text is not None:
            held[body.names.attributes[member.name]] = text
    for step in d.fields:
        zero = module.scalar_zero(step)
        if zero is not None:
            held[body.names.attributes[step.name]] = zero
    return held


def find_counts(d: Description) -> Iterator[tuple[str, list[str]]]:
    """The plain integer fields that are nothing but counts of arrays, and the arrays."""
    lengths = [(step.name, length) for step in d.fields for length in _find_lengths(step.type)]
    lengths += [("", step.length) for step in d.steps if isinstance(step, Unused)]
    for step in d.fields:
        if not (isinstance(step.type, Scalar) and step.type.row.is_integer):
            continue
        arrays = [name for name, length in lengths if _is_bare_member(length, step.name)]
        mixed = any(
            _mentions(length, step.name) and not _is_bare_member(length, step.name)
            for _, length in lengths
        )
        outer = [f.name for f in d.fields if _is_bare_member(_find_outer_length(f.type), step.name)]
        if arrays and not mixed and outer == arrays and step.condition is None:
            yield step.name, [f.name for f in d.fields if f.name in outer]


def _find_outer_length(type_: Type) -> Expr | None:
    match type_:
        case Array(count=count):
            return count
        case Bytes(length=length):
            return length
        case _:
            return None


def _find_lengths(type_: Type) -> Iterator[Expr]:
    match type_:
        case Array(element=element, count=count):
            yield count
            yield from _find_lengths(element)
        case Bytes(length=length):
            yield length
        case Opaque(length=length) if length is not None:
            yield length


def _is_bare_member(e: Expr | None, name: str) -> bool:
    while isinstance(e, Let):
        e = e.value
    return isinstance(e, Member) and e.up == 0 and e.name == name


def _mentions(e: Expr, name: str) -> bool:
    return _is_bare_member(e, name) or any(_mentions(child, name) for child in children(e))
