"""The tree of one .vmsd file, exactly as it was written; names are not resolved here."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, SourceFile, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A name where it is declared or used, with its own place."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    """A string literal; `value` has its escapes resolved."""

    value: str


# Expressions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerLiteral(Node):
    value: int
    base: int = 10  # 2, 8, 10 or 16: kept so that format writes it as the author did
    text: str = ""  # as written, digits grouped by `_`


@dataclass(frozen=True, slots=True, kw_only=True)
class BoolLiteral(Node):
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NameUse(Node):
    """A bare name: a member, constant, enum, quantifier variable, `version` or `index`."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfMember(Node):
    """`self.NAME`: a member whose name is reserved in expressions."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Node):
    value: "Expression"
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Node):
    value: "Expression"
    index: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """`name(arguments)`: len, min or max; the checker resolves it."""

    function: Name
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantifier(Node):
    """`any(x in over: body)` or `all(…)`."""

    function: Name
    variable: Name
    over: "Expression"
    body: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary(Node):
    operator: str  # "-", "~" or "not"
    operand: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Node):
    operator: str  # * / % + - << >> & ^ | == != < <= > >= and or
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Node):
    """`if condition then yes else no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parenthesized(Node):
    """Parentheses the author wrote; kept so that format keeps them."""

    inner: "Expression"


Expression: TypeAlias = (
    IntegerLiteral
    | BoolLiteral
    | NameUse
    | SelfMember
    | Attribute
    | Index
    | Call
    | Quantifier
    | Unary
    | Binary
    | Conditional
    | Parenthesized
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternWord(Node):
    """`extern` where a condition may stand: it lives elsewhere."""


# Types -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinType(Node):
    """bool, f64, an integer type, timer, bytes, blob or bitmap."""

    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueType(Node):
    codec: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRef(Node):
    """A struct or enum by name, `version N` where given."""

    name: Name
    version: IntegerLiteral | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf(Node):
    element: TypeRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf(Node):
    key: "TypeRef | BuiltinType"
    value: TypeRef


BaseType: TypeAlias = BuiltinType | OpaqueType | TypeRef | ListOf | MapOf


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeExpr(Node):
    """A base, `?` or not, and its `[n]`s from left to right."""

    element: BaseType
    nullable: bool = False
    lengths: tuple[Expression, ...] = ()


# Modifiers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Since(Node):
    version: IntegerLiteral


@dataclass(frozen=True, slots=True, kw_only=True)
class If(Node):
    condition: Expression | ExternWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal(Node):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded(Node):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(Node):
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Where(Node):
    condition: Expression
    message: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(Node):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding(Node):
    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class With(Node):
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formerly(Node):
    name: Name


Modifier: TypeAlias = Since | If | Equal | Bounded | Default | Where | Marked | With | Formerly

# Members and items -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation(Node):
    name: Name
    arguments: tuple[Text | IntegerLiteral | BoolLiteral | Unary, ...] = ()
    has_parentheses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration(Node):
    """What may carry a doc comment and annotations."""

    doc: str = ""
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDecl(Declaration):
    name: Name
    wire_name: Text | None = None
    type: TypeExpr
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedDecl(Declaration):
    length: Expression
    modifiers: tuple[Modifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDecl(Declaration):
    name: Name
    type: TypeExpr
    default: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetDecl(Declaration):
    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyDecl(Declaration):
    name: Name
    type: TypeExpr
    default: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateDecl(Declaration):
    condition: Expression
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class HookDecl(Declaration):
    hook: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmigratableDecl(Declaration):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions(Node):
    version: IntegerLiteral | None = None
    minimum: IntegerLiteral | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionDecl(Declaration):
    """A struct, device or subsection: `keyword` says which."""

    keyword: str
    name: Name
    wire_name: Text | None = None
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
    path: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstDecl(Declaration):
    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumArm(Declaration):
    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumDecl(Declaration):
    """`keyword` is "enum" or "flags"."""

    keyword: str
    name: Name
    type: BuiltinType
    arms: tuple[EnumArm, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingDecl(Declaration):
    """`a.b.c = value;` in a machine block."""

    path: tuple[Name, ...]
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDecl(Declaration):
    name: Text
    extends: Text | None = None
    settings: tuple[SettingDecl, ...] = ()


Item: TypeAlias = ImportDecl | ConstDecl | EnumDecl | DescriptionDecl | MachineDecl


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTree:
    """One parsed file. `doc` is a doc comment that stands before no item."""

    source: SourceFile = field(compare=False, repr=False)
    items: tuple[Item, ...] = ()
