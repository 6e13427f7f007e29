"""The tree of one .vmsd file, exactly as it is written. Names are not resolved here."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, SourceFile, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxNode:
    """A node and its place. Places do not count when trees are compared."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(SyntaxNode):
    """A name where it is declared or used, with its place."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(SyntaxNode):
    """A string literal; `value` has its escapes resolved."""

    value: str


# Expressions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerLiteral(SyntaxNode):
    """A number."""

    value: int
    base: int = 10  # 2, 8, 10 or 16: kept so that format writes it as the author did
    text: str = ""  # as written, digits grouped by `_`


@dataclass(frozen=True, slots=True, kw_only=True)
class BoolLiteral(SyntaxNode):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUse(SyntaxNode):
    """A bare name: a member, constant, enum, quantifier variable, `version` or `index`."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfMember(SyntaxNode):
    """`self.NAME`: a member whose name is reserved in expressions."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(SyntaxNode):
    """`value.name`: a member of a struct, or a value of an enum."""

    value: "Expression"
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(SyntaxNode):
    """`value[index]`."""

    value: "Expression"
    index: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallExpr(SyntaxNode):
    """`name(arguments)`: len, min or max; the checker resolves it."""

    function: Name
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantifierExpr(SyntaxNode):
    """`any(x in over: body)` or `all(…)`."""

    function: Name
    variable: Name
    over: "Expression"
    body: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaryExpr(SyntaxNode):
    """An operator before its operand."""

    operator: str  # "-", "~" or "not"
    operand: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryExpr(SyntaxNode):
    """An operator between two operands."""

    operator: str  # * / % + - << >> & ^ | == != < <= > >= and or
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalExpr(SyntaxNode):
    """`if condition then yes else no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parenthesized(SyntaxNode):
    """Parentheses the author wrote; kept so that format keeps them."""

    inner: "Expression"


Expression: TypeAlias = (
    IntegerLiteral
    | BoolLiteral
    | NameUse
    | SelfMember
    | Attribute
    | Index
    | CallExpr
    | QuantifierExpr
    | UnaryExpr
    | BinaryExpr
    | ConditionalExpr
    | Parenthesized
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternWord(SyntaxNode):
    """`extern` in place of a condition: only the code of the device knows it."""


# Types -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinType(SyntaxNode):
    """A scalar, bytes, blob or bitmap."""

    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueType(SyntaxNode):
    """`opaque "codec"`; the codec may be missing."""

    codec: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRef(SyntaxNode):
    """A struct or enum by name, `version N` where given."""

    name: Name
    version: IntegerLiteral | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTypeExpr(SyntaxNode):
    """`list<element>`."""

    element: TypeRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTypeExpr(SyntaxNode):
    """`map<key, value>`."""

    key: "TypeRef | BuiltinType"
    value: TypeRef


BaseType: TypeAlias = BuiltinType | OpaqueType | TypeRef | ListTypeExpr | MapTypeExpr


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeExpr(SyntaxNode):
    """A base, `?` or not, and its `[n]`s from left to right."""

    element: BaseType
    nullable: bool = False
    lengths: tuple[Expression, ...] = ()


# Modifiers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Since(SyntaxNode):
    """`since 2`: the field exists from this version on."""

    version: IntegerLiteral


@dataclass(frozen=True, slots=True, kw_only=True)
class If(SyntaxNode):
    """`if condition`, or `if extern`."""

    condition: Expression | ExternWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal(SyntaxNode):
    """`equal`: the value must equal the receiver's own value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded(SyntaxNode):
    """`bounded`: the value must be between 0 and the receiver's own value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(SyntaxNode):
    """`= value`."""

    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Where(SyntaxNode):
    """`where condition on load, "message"`: a check of the value."""

    condition: Expression
    on_load: "OnLoad | None" = None
    message: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLoad(SyntaxNode):
    """`on load`: only a receiver checks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(SyntaxNode):
    """`marked`: a marker byte comes before each pointer of an array."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding(SyntaxNode):
    """`name = value` in a `with`."""

    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class With(SyntaxNode):
    """`with a = 1, b = 2`: values for the locals and properties of an embedded struct."""

    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formerly(SyntaxNode):
    """`formerly name`: what the field was called before."""

    name: Name


Modifier: TypeAlias = Since | If | Equal | Bounded | Default | Where | Marked | With | Formerly

# Members and items -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationDecl(SyntaxNode):
    """`@name(arguments)` before a declaration."""

    name: Name
    arguments: tuple[Text | IntegerLiteral | BoolLiteral | UnaryExpr, ...] = ()
    has_parentheses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration(SyntaxNode):
    """A node that can have a doc comment and annotations."""

    doc: str = ""
    annotations: tuple[AnnotationDecl, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDecl(Declaration):
    """`name as "wire": type modifiers;`"""

    name: Name
    wire_name: Text | None = None
    type: TypeExpr
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedDecl(Declaration):
    """`unused[length] modifiers;`"""

    length: Expression
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDecl(Declaration):
    """`local name: type = default where condition;`"""

    name: Name
    type: TypeExpr
    default: Expression | None = None
    checks: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetDecl(Declaration):
    """`let name = value;`"""

    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyDecl(Declaration):
    """`property name: type = default where condition;`"""

    name: Name
    type: TypeExpr
    default: Expression
    checks: tuple[Where, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateDecl(Declaration):
    """`validate condition on load, "message";`"""

    condition: Expression
    on_load: OnLoad | None = None
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HookDecl(Declaration):
    """`hook name sets member, member;`"""

    hook: Name
    sets: "Sets | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPath(SyntaxNode):
    """`a.b`: a member, or one inside it."""

    path: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sets(SyntaxNode):
    """`sets a, b.c`: all the members that the hook changes."""

    places: tuple[MemberPath, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmigratableDecl(Declaration):
    """`unmigratable;`"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions(SyntaxNode):
    """`version 3 minimum 1`, or nothing."""

    version: IntegerLiteral | None = None
    minimum: IntegerLiteral | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceNumber(SyntaxNode):
    """`0 alias 0x40`: an instance of a device, and the number that it had before."""

    number: IntegerLiteral
    alias: IntegerLiteral | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionDecl(Declaration):
    """A struct, device or subsection: `keyword` says which."""

    keyword: str
    name: Name
    wire_name: Text | None = None
    other_names: tuple[Text, ...] = ()
    instances: tuple[InstanceNumber, ...] = ()
    versions: Versions = Versions()
    needed: Expression | ExternWord | None = None
    members: tuple["Member", ...] = ()


Member: TypeAlias = (
    FieldDecl
    | UnusedDecl
    | LocalDecl
    | LetDecl
    | PropertyDecl
    | ValidateDecl
    | HookDecl
    | UnmigratableDecl
    | DescriptionDecl
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDecl(Declaration):
    """`import "path";`"""

    path: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstDecl(Declaration):
    """`const name = value;`"""

    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumValueDecl(Declaration):
    """`name = value;` in an enum or flags."""

    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumDecl(Declaration):
    """`keyword` is "enum" or "flags"."""

    keyword: str
    name: Name
    type: BuiltinType
    members: tuple[EnumValueDecl, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingDecl(Declaration):
    """`a.b.c = value;` in a machine block; `a = value;` for a property of the program."""

    path: tuple[Name, ...]
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDecl(Declaration):
    """`machine "name" extends "other" { … }`."""

    name: Text
    extends: Text | None = None
    settings: tuple[SettingDecl, ...] = ()


Item: TypeAlias = ImportDecl | ConstDecl | EnumDecl | DescriptionDecl | MachineDecl | PropertyDecl


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTree:
    """One parsed file."""

    source: SourceFile = field(compare=False, repr=False)
    items: tuple[Item, ...] = ()
