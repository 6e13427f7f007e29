"""Expanded C, parsed: expressions and the statements of a function. The door of tree-sitter.

tree-sitter knows C's grammar and no types. Macros that take a type (`container_of(p, T, m)`) look
like calls to it once the words `struct` and `union` are left out of their arguments. What it cannot
read is never repaired: it raises `NotUnderstood`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from vmsdl.csource.brackets import find_close
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.values import CType, NotUnderstood
from vmsdl.records import dataclass

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

# Expressions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CNumber:
    value: int
    is_unsigned: bool = False
    is_long: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CString:
    value: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CName:
    name: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CMember:
    """`value.name`, and `value->name` where it `is_arrow`."""

    value: "CExpression"
    name: str
    is_arrow: bool
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CIndex:
    value: "CExpression"
    index: "CExpression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CCall:
    function: "CExpression"
    arguments: tuple["CExpression", ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CUnary:
    operator: str
    operand: "CExpression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CBinary:
    operator: str
    left: "CExpression"
    right: "CExpression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CConditional:
    """`condition ? then : otherwise`; without `then`, it is the condition's value."""

    condition: "CExpression"
    then: "CExpression | None"
    otherwise: "CExpression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CCast:
    type: CType
    operand: "CExpression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CSizeof:
    """Of a type, or of an expression: `sizeof(name)` is an expression to tree-sitter."""

    operand: "CType | CExpression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CAssign:
    """`target = value`; `operator` is the one before `=` (`+`), if any. `is_postfix`: its value is
    the one from before (`i++`)."""

    target: "CExpression"
    operator: str
    value: "CExpression"
    is_postfix: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CComma:
    first: "CExpression"
    second: "CExpression"
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CStatements:
    """`({ …; value; })`."""

    body: tuple["CStatement", ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CItem:
    """An item of an initial value; `name` of `.name = value`, `index` of `[index] = value`."""

    value: "CExpression"
    name: str | None = None
    index: "CExpression | None" = None


@dataclass(frozen=True, slots=True)
class CList:
    """`{ a, b, .c = d }` as an initial value."""

    items: tuple[CItem, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CCompound:
    """`(T){ a, b }`: a variable without a name."""

    type: CType
    value: CList
    line: int = field(default=0, compare=False)


CExpression: TypeAlias = (
    CNumber
    | CString
    | CName
    | CMember
    | CIndex
    | CCall
    | CUnary
    | CBinary
    | CConditional
    | CCast
    | CSizeof
    | CAssign
    | CComma
    | CStatements
    | CList
    | CCompound
)

# Statements --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CReturn:
    value: CExpression | None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CIf:
    condition: CExpression
    then: tuple["CStatement", ...]
    otherwise: tuple["CStatement", ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CLoop:
    """`for`, `while`, and `do` where the first round is `is_unconditional`."""

    start: tuple["CStatement", ...]
    condition: CExpression | None
    update: CExpression | None
    body: tuple["CStatement", ...]
    is_unconditional: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CCase:
    """A label of a switch, in its body; None is `default`."""

    value: CExpression | None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CSwitch:
    value: CExpression
    body: tuple["CStatement", ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CBreak:
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CContinue:
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CGoto:
    label: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CLabel:
    name: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CDeclare:
    type: CType
    name: str
    lengths: tuple[CExpression | None, ...]
    value: CExpression | None
    is_static: bool = False
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CDo:
    """An expression as a statement."""

    expression: CExpression
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CBlock:
    body: tuple["CStatement", ...]
    line: int = field(default=0, compare=False)


CStatement: TypeAlias = (
    CReturn
    | CIf
    | CLoop
    | CCase
    | CSwitch
    | CBreak
    | CContinue
    | CGoto
    | CLabel
    | CDeclare
    | CDo
    | CBlock
)

CPart: TypeAlias = CExpression | CStatement | CItem


def list_inner(part: CPart) -> Iterator[CPart]:
    """The parts that a part of C is directly made of."""
    for name in part.__slots__:
        value = getattr(part, name)
        if isinstance(value, tuple):
            yield from (each for each in value if hasattr(each, "__slots__"))
        elif hasattr(value, "__slots__") and not isinstance(value, CType):
            yield value


def has_effects(part: CPart) -> bool:
    """It may change something: it assigns, or calls."""
    waiting: list[CPart] = [part]
    while waiting:
        each = waiting.pop()
        if isinstance(each, CAssign | CCall | CStatements):
            return True
        waiting += list_inner(each)
    return False


def list_assigned(parts: Sequence[CPart]) -> set[str]:
    """The names of the variables that these parts assign to."""
    found: set[str] = set()
    waiting = list(parts)
    while waiting:
        each = waiting.pop()
        if isinstance(each, CAssign) and isinstance(each.target, CName):
            found.add(each.target.name)
        waiting += list_inner(each)
    return found


# Doors -------------------------------------------------------------------------------------------

MOST_TOKENS = 20_000
MOST_DEPTH = 150

_TYPE_TAKING = {"container_of", "offsetof", "OBJECT_CHECK", "DO_UPCAST", "OBJECT_GET_CLASS"}
_TYPE_TAKING |= {"OBJECT_CLASS_CHECK", "INTERFACE_CHECK", "typeof_field", "sizeof_field"}
_TYPE_TAKING |= {"g_new", "g_new0"}
_SKIPPED = {"const", "volatile", "register", "G_GNUC_UNUSED", "inline", "__extension__"}
_SKIPPED |= {"g_autofree", "QEMU_ALIGNED", "coroutine_fn"}
# What may be before a value in parentheses, and what may be a sign as well as an operator.
_BEFORE_VALUES = {"return", "case"}
_SIGNS = {"&", "&&", "*", "-", "+"}
_TYPE_WORDS = {"bool", "char", "int", "long", "short", "unsigned", "signed", "float", "double"}
# tree-sitter gives `offsetof` a grammar of its own, without paths of members.
_OFFSETOF = "offsetof_"


def parse_body(
    tokens: Sequence[str],
    lines: Sequence[int] = (),
    is_type: Callable[[str], bool] = lambda name: name.endswith("_t"),
) -> tuple[CStatement, ...]:
    """The statements of a function's body, with or without its braces.

    `is_type` decides what C's grammar leaves open: whether `(a) - b` is a cast.
    """
    if len(tokens) > MOST_TOKENS:
        raise NotUnderstood("the function is too long")
    if tokens and tokens[0] == "{" and tokens[-1] == "}":
        tokens, lines = tokens[1:-1], lines[1:-1]
    text, rows = _write_text(tokens, lines, is_type)
    root = _parser().parse(b"void f(void) {\n" + text + b"\n}\n").root_node
    function = root.named_children[0] if root.named_child_count == 1 else None
    if function is None or function.type != "function_definition":
        raise NotUnderstood("tree-sitter reads something else than one function")
    body = function.child_by_field_name("body")
    assert body is not None, "a function definition has a body"
    return _Builder(rows).statements(body, 0)


@cache
def _parser() -> "Parser":
    import tree_sitter_c
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_c.language()))


def _write_text(
    tokens: Sequence[str], lines: Sequence[int], is_type: Callable[[str], bool]
) -> tuple[bytes, list[int]]:
    """The tokens as text, a new row for each line of the source; and the line of each row."""
    words: list[str] = []
    rows: list[int] = [0]
    line = None
    for index, token in enumerate(_rewrite(_open_names(tokens, is_type))):
        if index < len(lines) and lines[index] != line:
            line = lines[index]
            words.append("\n")
            rows.append(line)
        words.append(token)
    return " ".join(words).encode(), [0, *rows]


def _open_names(tokens: Sequence[str], is_type: Callable[[str], bool]) -> list[str]:
    """Without the parentheses of `(a) - b`, which tree-sitter reads as a cast where `a` is no type.
    An empty token stays in the place of each."""
    opened = list(tokens)
    for at in range(len(tokens) - 3):
        if tokens[at] != "(" or tokens[at + 2] != ")" or tokens[at + 3] not in _SIGNS:
            continue
        name, before = tokens[at + 1], tokens[at - 1] if at else ""
        is_call = before in (")", "]") or (before.isidentifier() and before not in _BEFORE_VALUES)
        if name.isidentifier() and not is_call and name not in _TYPE_WORDS and not is_type(name):
            opened[at] = opened[at + 2] = ""
    return opened


def _rewrite(tokens: Sequence[str]) -> Iterator[str]:
    """The same number of tokens, in a form that tree-sitter reads; a left out one is empty."""
    depth = 0
    openers: list[int] = []
    before = ""
    replaced: dict[int, str] = {}
    for at, token in enumerate(tokens):
        if token == "__attribute__" and tokens[at + 1 : at + 2] == ["("]:
            replaced.update(dict.fromkeys(range(at, find_close(tokens, at + 1) + 1), ""))
        if token == "g_autoptr" and tokens[at + 3 : at + 4] == [")"]:
            # `g_autoptr(T) p` is `T *p`.
            replaced.update({at: "", at + 1: "", at + 2: tokens[at + 2], at + 3: "*"})
        if at in replaced:
            yield replaced[at]
            continue
        depth += token == "("
        if token == "(" and before in _TYPE_TAKING:
            openers.append(depth)
        if token == ")":
            if openers and openers[-1] == depth:
                openers.pop()
            depth -= 1
        before = token
        if token in _SKIPPED or (openers and token in ("struct", "union", "enum")):
            yield ""
        elif token == "offsetof":
            yield _OFFSETOF
        else:
            yield token


# From nodes to records ---------------------------------------------------------------------------


class _Builder:
    """Makes records of nodes. `rows` has the source's line of each row."""

    def __init__(self, rows: list[int]) -> None:
        self.rows = rows

    def line(self, node: "Node") -> int:
        row = node.start_point[0]
        return self.rows[row] if row < len(self.rows) else self.rows[-1]

    def refuse(self, node: "Node", reason: str = "") -> NotUnderstood:
        text = _text(node)
        shown = text if len(text) <= 40 else text[:40] + "…"
        reason = reason or f"C that is not understood: {' '.join(shown.split())}"

        return NotUnderstood(reason, SourcePlace("", self.line(node)))

    def statements(self, node: "Node", depth: int) -> tuple[CStatement, ...]:
        """Of a compound statement."""
        return tuple(
            statement
            for child in node.children
            if child.type not in ("{", "}", "comment")
            for statement in self.statement(child, depth + 1)
        )

    def block(self, node: "Node | None", depth: int) -> tuple[CStatement, ...]:
        """Of what stands under an `if` or a loop."""
        if node is None:
            return ()
        if node.type == "compound_statement":
            return (CBlock(self.statements(node, depth), self.line(node)),)
        return tuple(self.statement(node, depth + 1))

    def statement(self, node: "Node", depth: int) -> Iterator[CStatement]:
        if depth > MOST_DEPTH:
            raise self.refuse(node, "statements nested too deeply")
        line = self.line(node)
        part = node.child_by_field_name
        match node.type:
            case "compound_statement":
                yield CBlock(self.statements(node, depth), line)
            case "expression_statement":
                if node.named_child_count == 1:
                    yield CDo(self.expression(node.named_children[0], depth + 1), line)
                elif node.named_child_count:
                    raise self.refuse(node)
            case "declaration":
                yield from self.declaration(node, depth)
            case "return_statement":
                values = node.named_children
                yield CReturn(self.expression(values[0], depth + 1) if values else None, line)
            case "if_statement":
                otherwise = part("alternative")
                yield CIf(
                    self.needed(node, "condition", depth),
                    self.block(part("consequence"), depth),
                    self.block(otherwise.named_children[-1], depth) if otherwise else (),
                    line,
                )
            case "for_statement":
                start, condition, update = part("initializer"), part("condition"), part("update")
                before: list[CStatement] = []
                if start is not None and start.type == "declaration":
                    before += self.declaration(start, depth)
                elif start is not None:
                    before.append(CDo(self.expression(start, depth + 1), line))
                yield CLoop(
                    tuple(before),
                    None if condition is None else self.expression(condition, depth + 1),
                    None if update is None else self.expression(update, depth + 1),
                    self.block(part("body"), depth),
                    False,
                    line,
                )
            case "while_statement" | "do_statement":
                yield CLoop(
                    (),
                    self.needed(node, "condition", depth),
                    None,
                    self.block(part("body"), depth),
                    node.type == "do_statement",
                    line,
                )
            case "switch_statement":
                body = part("body")
                if body is None:
                    raise self.refuse(node)
                value = self.needed(node, "condition", depth)
                yield CSwitch(value, self.statements(body, depth), line)
            case "case_statement":
                label = part("value")
                yield CCase(None if label is None else self.expression(label, depth + 1), line)
                after = False
                for child in node.children:
                    if after:
                        yield from self.statement(child, depth + 1)
                    elif child.type == ":":
                        after = True
            case "break_statement":
                yield CBreak(line)
            case "continue_statement":
                yield CContinue(line)
            case "goto_statement":
                yield CGoto(_text(node.named_children[0]), line)
            case "labeled_statement":
                yield CLabel(_text(node.named_children[0]), line)
                for child in node.named_children[1:]:
                    yield from self.statement(child, depth + 1)
            case "comment" | ";":
                return
            case _:
                raise self.refuse(node)

    def declaration(self, node: "Node", depth: int) -> Iterator[CStatement]:
        type_node = node.child_by_field_name("type")
        if type_node is None:
            raise self.refuse(node)
        words = self.type_words(node)
        is_static = any(
            child.type == "storage_class_specifier" and _text(child) == "static"
            for child in node.children
        )
        for declarator in node.children_by_field_name("declarator"):
            value = None
            if declarator.type == "init_declarator":
                value = self.needed(declarator, "value", depth)
                inner = declarator.child_by_field_name("declarator")
                assert inner is not None, "an init_declarator declares something"
                declarator = inner
            name, pointers, lengths = self.declarator(declarator, depth)
            yield CDeclare(CType(words, pointers), name, lengths, value, is_static, self.line(node))

    def declarator(
        self, node: "Node", depth: int
    ) -> tuple[str, int, tuple[CExpression | None, ...]]:
        pointers = 0
        lengths: list[CExpression | None] = []
        while node.type != "identifier":
            if node.type == "pointer_declarator":
                pointers += 1
            elif node.type == "array_declarator":
                size = node.child_by_field_name("size")
                lengths.append(None if size is None else self.expression(size, depth + 1))
            elif node.type == "function_declarator":
                pointers = 0  # a pointer to a function: what it returns is of no interest
            elif node.type != "parenthesized_declarator":
                raise self.refuse(node)
            inner = node.child_by_field_name("declarator")
            if inner is None:
                inner = next(iter(node.named_children), None)
            if inner is None:
                raise self.refuse(node)
            node = inner
        return _text(node), pointers, tuple(reversed(lengths))

    def type_words(self, node: "Node") -> tuple[str, ...]:
        """The words of the type of a declaration or type_descriptor: `("struct", "foo")`."""
        words: list[str] = []
        for child in node.children:
            if child.type in ("type_qualifier", "storage_class_specifier", "attribute_specifier"):
                continue
            if child.type not in (
                "primitive_type",
                "type_identifier",
                "sized_type_specifier",
                "struct_specifier",
                "union_specifier",
                "enum_specifier",
                "macro_type_specifier",
            ):
                break
            words += _text(child).split()
        if not words or "{" in words:
            raise self.refuse(node)
        return tuple(words)

    def type_name(self, node: "Node") -> CType:
        declarator = node.child_by_field_name("declarator")
        pointers = 0
        while declarator is not None:
            if declarator.type != "abstract_pointer_declarator":
                raise self.refuse(node)
            pointers += 1
            declarator = declarator.child_by_field_name("declarator")
        return CType(self.type_words(node), pointers)

    def needed(self, node: "Node", name: str, depth: int) -> CExpression:
        child = node.child_by_field_name(name)
        if child is None:
            raise self.refuse(node)
        return self.expression(child, depth + 1)

    def expression(self, node: "Node", depth: int) -> CExpression:
        if depth > MOST_DEPTH:
            raise self.refuse(node, "an expression nested too deeply")
        if node.is_missing:
            raise self.refuse(node)
        build = _EXPRESSIONS.get(node.type)
        if build is None:
            raise self.refuse(node)
        for child in node.children:
            if child.is_error or child.is_missing:
                raise self.refuse(node)
        return build(self, node, depth, self.line(node))


def _text(node: "Node") -> str:
    return (node.text or b"").decode()


def _number(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    text = _text(node)
    digits = text.rstrip("uUlL")
    suffix = text[len(digits) :].lower()
    try:
        value = int(digits, 8 if digits[:1] == "0" and digits.isdigit() else 0)
    except ValueError:
        raise builder.refuse(node, f"a number that is no integer: {text}") from None
    return CNumber(value, "u" in suffix, "l" in suffix, line)


_ESCAPES = {"n": 10, "t": 9, "r": 13, "0": 0, "\\": 92, "'": 39, '"': 34, "a": 7, "b": 8, "f": 12}


def _character(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    inner = _text(node)[1:-1]
    if len(inner) == 1:
        return CNumber(ord(inner), line=line)
    if len(inner) == 2 and inner[0] == "\\" and inner[1] in _ESCAPES:
        return CNumber(_ESCAPES[inner[1]], line=line)
    raise builder.refuse(node)


def _string(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    return CString(_text(node).strip('"'), line)


def _name(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    text = _text(node)
    return CName("offsetof" if text == _OFFSETOF else text, line)


def _parenthesized(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    if node.named_child_count != 1:
        raise builder.refuse(node)
    inner = node.named_children[0]
    if inner.type == "compound_statement":
        return CStatements(builder.statements(inner, depth), line)
    return builder.expression(inner, depth + 1)


def _member(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    name = node.child_by_field_name("field")
    is_arrow = any(child.type == "->" for child in node.children)
    if name is None:
        raise builder.refuse(node)
    return CMember(builder.needed(node, "argument", depth), _text(name), is_arrow, line)


def _index(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    array, index = (builder.needed(node, part, depth) for part in ("argument", "index"))
    return CIndex(array, index, line)


def _call(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    arguments = node.child_by_field_name("arguments")
    if arguments is None or any(child.is_error for child in arguments.children):
        raise builder.refuse(node)
    return CCall(
        builder.needed(node, "function", depth),
        tuple(builder.expression(each, depth + 1) for each in arguments.named_children),
        line,
    )


def _unary(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    return CUnary(_operator(node), builder.needed(node, "argument", depth), line)


def _binary(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    left, right = (builder.needed(node, part, depth) for part in ("left", "right"))
    return CBinary(_operator(node), left, right, line)


def _conditional(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    then = node.child_by_field_name("consequence")
    return CConditional(
        builder.needed(node, "condition", depth),
        None if then is None else builder.expression(then, depth + 1),
        builder.needed(node, "alternative", depth),
        line,
    )


def _cast(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    kind = node.child_by_field_name("type")
    if kind is None:
        raise builder.refuse(node)
    return CCast(builder.type_name(kind), builder.needed(node, "value", depth), line)


def _sizeof(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    kind = node.child_by_field_name("type")
    if kind is not None:
        return CSizeof(builder.type_name(kind), line)
    return CSizeof(builder.needed(node, "value", depth), line)


def _assign(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    left, right = (builder.needed(node, part, depth) for part in ("left", "right"))
    return CAssign(left, _operator(node)[:-1], right, False, line)


def _update(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    operator = _operator(node)
    is_postfix = node.children[0].type != operator
    target = builder.needed(node, "argument", depth)
    return CAssign(target, operator[0], CNumber(1, line=line), is_postfix, line)


def _comma(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    left, right = (builder.needed(node, part, depth) for part in ("left", "right"))
    return CComma(left, right, line)


def _list(builder: _Builder, node: "Node", depth: int, line: int) -> CList:
    return CList(
        tuple(
            _item(builder, child, depth) for child in node.named_children if child.type != "comment"
        ),
        line,
    )


def _item(builder: _Builder, node: "Node", depth: int) -> CItem:
    if node.type != "initializer_pair":
        return CItem(builder.expression(node, depth + 1))
    designators = node.children_by_field_name("designator")
    value = builder.needed(node, "value", depth)
    if len(designators) != 1 or designators[0].named_child_count != 1:
        raise builder.refuse(node)
    inner = designators[0].named_children[0]
    if designators[0].type == "field_designator":
        return CItem(value, name=_text(inner))
    if designators[0].type == "subscript_designator":
        return CItem(value, index=builder.expression(inner, depth + 1))
    raise builder.refuse(node)


def _compound(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    kind, value = (node.child_by_field_name(part) for part in ("type", "value"))
    if kind is None or value is None:
        raise builder.refuse(node)
    return CCompound(builder.type_name(kind), _list(builder, value, depth + 1, line), line)


def _operator(node: "Node") -> str:
    operator = node.child_by_field_name("operator")
    assert operator is not None, "each operator expression of tree-sitter names it"
    return _text(operator)


def _null(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    return CName("NULL", line)


def _truth(builder: _Builder, node: "Node", depth: int, line: int) -> CExpression:
    return CName(_text(node), line)


_EXPRESSIONS: dict[str, Callable[[_Builder, "Node", int, int], CExpression]] = {
    "number_literal": _number,
    "char_literal": _character,
    "string_literal": _string,
    "concatenated_string": _string,
    "identifier": _name,
    "null": _null,
    "true": _truth,
    "false": _truth,
    "parenthesized_expression": _parenthesized,
    "field_expression": _member,
    "subscript_expression": _index,
    "call_expression": _call,
    "unary_expression": _unary,
    "pointer_expression": _unary,
    "binary_expression": _binary,
    "conditional_expression": _conditional,
    "cast_expression": _cast,
    "sizeof_expression": _sizeof,
    "assignment_expression": _assign,
    "update_expression": _update,
    "comma_expression": _comma,
    "initializer_list": _list,
    "compound_literal_expression": _compound,
}
