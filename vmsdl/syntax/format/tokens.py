"""From the parts of a declaration to tokens with the spaces between them."""

import json
from dataclasses import field
from typing import assert_never

from vmsdl.records import dataclass
from vmsdl.syntax import tree
from vmsdl.syntax.expression_builder import COMPARISONS
from vmsdl.syntax.keywords import RESERVED


@dataclass(frozen=True, slots=True)
class SpacedToken:
    """One token of a line.

    A long line is broken before the tokens of the lowest `level`. It is never broken before a 0.
    """

    text: str
    has_space: bool  # before it
    level: int = 0


_LOOSEST, _NOT, _COMPARISON, _PREFIX, _POSTFIX, _ATOM = 0, 3, 4, 11, 12, 13
BINARY = {"or": 1, "and": 2, "|": 5, "^": 6, "&": 7, "<<": 8, ">>": 8}
BINARY |= {"+": 9, "-": 9, "*": 10, "/": 10, "%": 10} | dict.fromkeys(COMPARISONS, _COMPARISON)


@dataclass(slots=True)
class TokenBuilder:
    """Collects the tokens of one line with the spaces between them."""

    tokens: list[SpacedToken] = field(default_factory=list)
    is_glued: bool = True  # no space comes before the next token

    def put(self, text: str, *, left: bool = True, right: bool = True, level: int = 0) -> None:
        """A token; `left` and `right` allow a space on that side."""
        self.tokens.append(SpacedToken(text, left and not self.is_glued, level))
        self.is_glued = not right

    def end_statement(self) -> None:
        self.put(";", left=False)

    def put_text(self, text: tree.Text, level: int = 0) -> None:
        self.put(json.dumps(text.value, ensure_ascii=False), level=level)

    def put_wire_name(self, name: tree.Text | None) -> None:
        if name is not None:
            self.put("as")
            self.put_text(name)

    def put_annotation(self, annotation: tree.AnnotationDecl) -> None:
        self.put("@", right=False)
        self.put(annotation.name.text)
        if annotation.arguments:
            self.put("(", left=False, right=False)
            for n, argument in enumerate(annotation.arguments):
                if n:
                    self.put(",", left=False)
                if isinstance(argument, tree.Text):
                    self.put_text(argument)
                else:
                    self.put_expression(argument)
            self.put(")", left=False)

    # Members

    def put_member(self, member: "tree.Member") -> None:
        match member:
            case tree.FieldDecl():
                self.put(member.name.text)
                self.put_wire_name(member.wire_name)
                self._put_type(member.type)
                for modifier in member.modifiers:
                    self._put_modifier(modifier)
            case tree.UnusedDecl():
                self.put("unused")
                self._put_length(member.length)
                for modifier in member.modifiers:
                    self._put_modifier(modifier)
            case tree.LocalDecl() | tree.PropertyDecl():
                self.put("local" if isinstance(member, tree.LocalDecl) else "property")
                self.put(member.name.text)
                self._put_type(member.type)
                if member.default is not None:
                    self.put("=")
                    self.put_expression(member.default, level=1)
                for check in member.checks:
                    self._put_modifier(check)
            case tree.LetDecl():
                self.put("let")
                self.put(member.name.text)
                self.put("=")
                self.put_expression(member.value, level=1)
            case tree.ValidateDecl():
                self.put("validate")
                self.put_expression(member.condition, level=2)
                self._put_on_load(member.on_load)
                self.put(",", left=False)
                self.put_text(member.message, level=1)
            case tree.HookDecl():
                self.put("hook")
                self.put(member.hook.text)
                if member.sets is not None:
                    self._put_sets(member.sets)
            case tree.UnmigratableDecl():
                self.put("unmigratable")
            case tree.DescriptionDecl():
                raise AssertionError("a body is more than one line")
            case _:
                assert_never(member)
        self.end_statement()

    def _put_sets(self, written: tree.Sets) -> None:
        self.put("sets", level=1)
        for number, place in enumerate(written.places):
            if number:
                self.put(",", left=False)
            for depth, name in enumerate(place.path):
                if depth:
                    self.put(".", left=False, right=False)
                self.put(name.text, level=2 if number and not depth else 0)

    def _put_on_load(self, written: tree.OnLoad | None) -> None:
        if written is not None:
            self.put("on", level=2)
            self.put("load")

    def _put_modifier(self, modifier: tree.Modifier) -> None:
        match modifier:
            case tree.Since(version=version):
                self.put("since", level=1)
                self.put_expression(version)
            case tree.If(condition=condition):
                self.put("if", level=1)
                self.put_condition(condition)
            case tree.Equal():
                self.put("equal", level=1)
            case tree.Bounded():
                self.put("bounded", level=1)
            case tree.Marked():
                self.put("marked", level=1)
            case tree.Default(value=value):
                self.put("=", level=1)
                self.put_expression(value, level=2)
            case tree.Where(condition=condition, on_load=on_load, message=message):
                self.put("where", level=1)
                self.put_expression(condition, level=3)
                self._put_on_load(on_load)
                if message is not None:
                    self.put(",", left=False)
                    self.put_text(message, level=2)
            case tree.With(bindings=bindings):
                self.put("with", level=1)
                for n, binding in enumerate(bindings):
                    if n:
                        self.put(",", left=False)
                    self.put(binding.name.text, level=2 if n else 0)
                    self.put("=")
                    self.put_expression(binding.value, level=3)
            case tree.Formerly(name=name):
                self.put("formerly", level=1)
                self.put(name.text)
            case _:
                assert_never(modifier)

    # Types

    def _put_type(self, type: tree.TypeExpr) -> None:
        self.put(":", left=False)
        match type.element:
            case tree.BuiltinType(word=word):
                self.put(word)
            case tree.OpaqueType(codec=codec):
                self.put("opaque")
                if codec is not None:
                    self.put_text(codec)
            case tree.TypeRef() as ref:
                self._put_ref(ref)
            case tree.ListTypeExpr(element=element):
                self.put("list")
                self.put("<", left=False, right=False)
                self._put_ref(element)
                self.put(">", left=False)
            case tree.MapTypeExpr(key=key, value=value):
                self.put("map")
                self.put("<", left=False, right=False)
                if isinstance(key, tree.BuiltinType):
                    self.put(key.word)
                else:
                    self._put_ref(key)
                self.put(",", left=False)
                self._put_ref(value)
                self.put(">", left=False)
            case _:
                assert_never(type.element)
        if type.nullable:
            self.put("?", left=False)
        for length in type.lengths:
            self._put_length(length)

    def _put_ref(self, ref: tree.TypeRef) -> None:
        self.put(ref.name.text)
        if ref.version is not None:
            self.put("version")
            self.put_expression(ref.version)

    def _put_length(self, length: tree.Expression) -> None:
        self.put("[", left=False, right=False)
        self.put_expression(length)
        self.put("]", left=False)

    # Expressions

    def put_condition(self, condition: tree.Expression | tree.ExternWord) -> None:
        """What follows `if` and `needed`, where `extern` has a meaning of its own."""
        if isinstance(condition, tree.ExternWord):
            self.put("extern")
            return
        start, is_glued = len(self.tokens), self.is_glued
        self.put_expression(condition, level=2)
        if self.tokens[start].text == "extern":
            del self.tokens[start:]
            self.is_glued = is_glued
            condition = tree.Parenthesized(inner=condition)
            self.put_expression(condition, level=2)

    def put_expression(self, node: tree.Expression, level: int = 1, binds: int = _LOOSEST) -> None:
        """An expression, in parentheses where it binds less tightly than `binds`."""
        if _find_precedence(node) < binds:
            self.put("(", right=False)
            self.put_expression(node, level + 1)
            self.put(")", left=False)
            return
        match node:
            case tree.IntegerLiteral(value=value, text=text):
                self.put(text or _format_number(value, node.base))
            case tree.BoolLiteral(value=value):
                self.put("true" if value else "false")
            case tree.NameUse(name=name) if name not in RESERVED:
                self.put(name)
            case tree.NameUse(name=name) | tree.SelfMember(name=name):
                self.put("self")
                self.put(".", left=False, right=False)
                self.put(name)
            case tree.Attribute(value=value, name=name):
                # `self.x` is the member x, so a member called `self` is spelled out.
                is_self = value == tree.NameUse(name="self")
                inner = tree.SelfMember(name="self") if is_self else value
                self.put_expression(inner, level + 1, _POSTFIX)
                self.put(".", left=False, right=False)
                self.put(name.text)
            case tree.Index(value=value, index=index):
                self.put_expression(value, level + 1, _POSTFIX)
                self.put("[", left=False, right=False)
                self.put_expression(index, level + 1)
                self.put("]", left=False)
            case tree.CallExpr(function=function, arguments=arguments):
                self.put(function.text)
                self.put("(", left=False, right=False)
                for n, argument in enumerate(arguments):
                    if n:
                        self.put(",", left=False)
                    self.put_expression(argument, level + 1)
                self.put(")", left=False)
            case tree.QuantifierExpr(function=function, variable=variable, over=over, body=body):
                self.put(function.text)
                self.put("(", left=False, right=False)
                self.put(variable.text)
                self.put("in")
                self.put_expression(over, level + 1)
                self.put(":", left=False)
                self.put_expression(body, level + 1)
                self.put(")", left=False)
            case tree.UnaryExpr(operator="not", operand=operand):
                self.put("not")
                self.put_expression(operand, level + 1, _NOT)
            case tree.UnaryExpr(operator=operator, operand=operand):
                self.put(operator, right=False)
                self.put_expression(operand, level + 1, _PREFIX)
            case tree.BinaryExpr(operator=operator, left=left, right=right):
                tight = BINARY[operator]
                left_binds = tight + 1 if tight == _COMPARISON else tight
                # Comparisons are not chained: one on the left is in parentheses.
                is_same = isinstance(left, tree.BinaryExpr) and left.operator == operator
                is_chain = is_same and left_binds == tight
                may_break = operator in ("and", "or")
                self.put_expression(left, level if is_chain else level + 1, left_binds)
                self.put(operator, level=level if may_break else 0)
                self.put_expression(right, level + 1, tight + 1)
            case tree.ConditionalExpr(condition=condition, yes=yes, no=no):
                self.put("if")
                self.put_expression(condition, level + 1)
                self.put("then", level=level)
                self.put_expression(yes, level + 1)
                self.put("else", level=level)
                self.put_expression(no, level + 1)
            case tree.Parenthesized(inner=inner):
                self.put("(", right=False)
                self.put_expression(inner, level + 1)
                self.put(")", left=False)
            case _:
                assert_never(node)


def _find_precedence(node: tree.Expression) -> int:
    match node:
        case tree.ConditionalExpr():
            return _LOOSEST
        case tree.BinaryExpr(operator=operator):
            return BINARY[operator]
        case tree.UnaryExpr(operator="not"):
            return _NOT
        case tree.UnaryExpr():
            return _PREFIX
        case tree.IntegerLiteral(value=value) if value < 0:
            return _PREFIX
        case _:
            return _ATOM


def _format_number(value: int, base: int) -> str:
    return format(value, {2: "#b", 8: "#o", 16: "#x"}.get(base, "d"))
