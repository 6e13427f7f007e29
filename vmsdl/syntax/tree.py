"""The tree of one .vmsd file, exactly as it was written; names are not resolved here."""

from dataclasses import field
from typing import TypeAlias

from vmsdl.records import dataclass
from vmsdl.source import NOWHERE, SourceFile, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntaxNode:
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(SyntaxNode):
    """A name where it is declared or used, with its own place."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(SyntaxNode):
    """A string literal; `value` has its escapes resolved."""

    value: str


# Expressions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerLiteral(SyntaxNode):
    value: int
    base: int = 10  # 2, 8, 10 or 16: kept so that format writes it as the author did
    text: str = ""  # as written, digits grouped by `_`


@dataclass(frozen=True, slots=True, kw_only=True)
class BoolLiteral(SyntaxNode):
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
    value: "Expression"
    name: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(SyntaxNode):
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
    operator: str  # "-", "~" or "not"
    operand: "Expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryExpr(SyntaxNode):
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
    """`extern` where a condition may stand: it lives elsewhere."""


# Types -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinType(SyntaxNode):
    """A scalar, bytes, blob or bitmap."""

    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaqueType(SyntaxNode):
    codec: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRef(SyntaxNode):
    """A struct or enum by name, `version N` where given."""

    name: Name
    version: IntegerLiteral | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTypeExpr(SyntaxNode):
    element: TypeRef


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTypeExpr(SyntaxNode):
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
    version: IntegerLiteral


@dataclass(frozen=True, slots=True, kw_only=True)
class If(SyntaxNode):
    condition: Expression | ExternWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal(SyntaxNode):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounded(SyntaxNode):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(SyntaxNode):
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Where(SyntaxNode):
    condition: Expression
    message: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(SyntaxNode):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding(SyntaxNode):
    name: Name
    value: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class With(SyntaxNode):
    bindings: tuple[Binding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formerly(SyntaxNode):
    name: Name


Modifier: TypeAlias = Since | If | Equal | Bounded | Default | Where | Marked | With | Formerly

# Members and items -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationDecl(SyntaxNode):
    name: Name
    arguments: tuple[Text | IntegerLiteral | BoolLiteral | UnaryExpr, ...] = ()
    has_parentheses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration(SyntaxNode):
    """What may carry a doc comment and annotations."""

    doc: str = ""
    annotations: tuple[AnnotationDecl, ...] = ()


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
class Versions(SyntaxNode):
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
