"""From the parts of a production to its node, for what stands inside a declaration."""

from typing import Any

from vmsdl.diagnostics import codes
from vmsdl.diagnostics.codes import ELEMENT_NOT_STRUCT
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label
from vmsdl.source import SourceFile, Span
from vmsdl.syntax import literals, tree
from vmsdl.syntax.keywords import BUILTIN_TYPES
from vmsdl.syntax.lexer import Token
from vmsdl.syntax.walk import is_deeper_than

Parts = list[Any]  # tokens, nodes, and None for what was left out

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
DEEPEST_EXPRESSION = 200
MOST_DIMENSIONS = 16


class ExpressionBuilder:
    """One method for each rule of types, modifiers and expressions."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []

    # Types

    def type_expr(self, parts: Parts) -> tree.TypeExpr:
        lengths = tuple(part.value for part in parts[1:] if isinstance(part, tree.Binding))
        nullable = len(parts) > 1 and isinstance(parts[1], Token)
        span = self.span(parts)
        if len(lengths) > MOST_DIMENSIONS:
            message = f"an array has at most {MOST_DIMENSIONS} dimensions"
            self.report(codes.NESTED_TOO_DEEP, message, span, "move some of them into a struct")
            lengths = lengths[:MOST_DIMENSIONS]
        return tree.TypeExpr(element=parts[0], nullable=nullable, lengths=lengths, span=span)

    def length(self, parts: Parts) -> tree.Binding:
        # A carrier that lasts until `type_expr` or `unused_decl` takes the expression out.
        span = self.span(parts)
        return tree.Binding(
            name=tree.Name(text="", span=span), value=self.whole(parts[1]), span=span
        )

    def builtin(self, parts: Parts) -> tree.BuiltinType:
        return tree.BuiltinType(word=parts[0].text, span=self.span(parts))

    def int_type(self, parts: Parts) -> tree.BuiltinType:
        return self.builtin(parts)

    def direct_key(self, parts: Parts) -> tree.BuiltinType:
        return self.builtin(parts)

    def opaque(self, parts: Parts) -> tree.OpaqueType:
        codec = self.text(parts[1]) if parts[1] else None
        return tree.OpaqueType(codec=codec, span=self.span(parts))

    def list_of(self, parts: Parts) -> tree.ListTypeExpr:
        self._holds_structs(parts[2], "list")
        return tree.ListTypeExpr(element=parts[2], span=self.span(parts))

    def map_of(self, parts: Parts) -> tree.MapTypeExpr:
        if isinstance(parts[2], tree.TypeRef):
            self._holds_structs(parts[2], "map")
        self._holds_structs(parts[4], "map")
        return tree.MapTypeExpr(key=parts[2], value=parts[4], span=self.span(parts))

    def _holds_structs(self, ref: tree.TypeRef, kind: str) -> None:
        word = ref.name.text
        if word not in BUILTIN_TYPES:
            return
        message = f"a {kind} holds structs, and `{word}` is a builtin type"
        help = f"declare a struct with one field of the type `{word}`"
        if kind == "map":
            help += "; a key may also be `u64`"
        self.report(ELEMENT_NOT_STRUCT, message, ref.span, help)

    def ref(self, parts: Parts) -> tree.TypeRef:
        version = self.integer(parts[2:]) if parts[1] else None
        return tree.TypeRef(name=self.name(parts[0]), version=version, span=self.span(parts))

    # Modifiers

    def since(self, parts: Parts) -> tree.Since:
        return tree.Since(version=self.integer(parts[1:]), span=self.span(parts))

    def if_modifier(self, parts: Parts) -> tree.If:
        return tree.If(condition=self.whole(parts[1]), span=self.span(parts))

    def equal(self, parts: Parts) -> tree.Equal:
        return tree.Equal(span=self.span(parts))

    def bounded(self, parts: Parts) -> tree.Bounded:
        return tree.Bounded(span=self.span(parts))

    def default(self, parts: Parts) -> tree.Default:
        return tree.Default(value=self.whole(parts[1]), span=self.span(parts))

    def where(self, parts: Parts) -> tree.Where:
        message = self.text(parts[3]) if parts[3] else None
        return tree.Where(condition=self.whole(parts[1]), message=message, span=self.span(parts))

    def marked(self, parts: Parts) -> tree.Marked:
        return tree.Marked(span=self.span(parts))

    def binding(self, parts: Parts) -> tree.Binding:
        return tree.Binding(
            name=self.name(parts[0]), value=self.whole(parts[2]), span=self.span(parts)
        )

    def formerly(self, parts: Parts) -> tree.Formerly:
        return tree.Formerly(name=self.name(parts[1]), span=self.span(parts))

    def extern(self, parts: Parts) -> tree.ExternWord:
        return tree.ExternWord(span=self.span(parts))

    # Expressions

    def conditional(self, parts: Parts) -> tree.ConditionalExpr:
        _, condition, _, yes, _, no = parts
        return tree.ConditionalExpr(condition=condition, yes=yes, no=no, span=self.span(parts))

    def binary(self, parts: Parts) -> tree.BinaryExpr:
        left, sign, right = parts
        operator = "and" if sign.type == "AND" else "or" if sign.type == "OR" else sign.text
        return tree.BinaryExpr(operator=operator, left=left, right=right, span=self.span(parts))

    def comparison(self, parts: Parts) -> Any:
        left, sign, _ = parts
        if isinstance(left, tree.BinaryExpr) and left.operator in COMPARISONS:
            message = f"comparisons are not chained: `{left.operator}` was compared already"
            help = "join two comparisons with `and`, or put one in parentheses"
            self.report(codes.CHAINED_COMPARISON, message, self.span([sign]), help)
        return self.binary(parts)

    def unary(self, parts: Parts) -> tree.UnaryExpr:
        operator = "not" if parts[0].type == "NOT" else parts[0].text
        return tree.UnaryExpr(operator=operator, operand=parts[1], span=self.span(parts))

    def attribute(self, parts: Parts) -> tree.Attribute | tree.SelfMember:
        value, _, name = parts
        if isinstance(value, tree.NameUse) and value.name == "self":
            return tree.SelfMember(name=name.text, span=self.span(parts))
        return tree.Attribute(value=value, name=self.name(name), span=self.span(parts))

    def index(self, parts: Parts) -> tree.Index:
        return tree.Index(value=parts[0], index=parts[2], span=self.span(parts))

    def integer(self, parts: Parts) -> tree.IntegerLiteral:
        token, span = parts[0], self.span(parts)
        value = literals.integer(token.text)
        if isinstance(value, literals.Wrong):
            self._wrong(codes.BAD_NUMBER, token, value)
            return tree.IntegerLiteral(value=0, text=token.text, span=span)
        return tree.IntegerLiteral(value=value[0], base=value[1], text=token.text, span=span)

    def boolean(self, parts: Parts) -> tree.BoolLiteral:
        return tree.BoolLiteral(value=parts[0].type == "TRUE", span=self.span(parts))

    def name_use(self, parts: Parts) -> tree.NameUse:
        return tree.NameUse(name=parts[0].text, span=self.span(parts))

    def call(self, parts: Parts) -> tree.CallExpr:
        arguments = tuple(part for part in parts[2:-1] if part and not isinstance(part, Token))
        function = self.name(parts[0])
        return tree.CallExpr(function=function, arguments=arguments, span=self.span(parts))

    def quantifier(self, parts: Parts) -> tree.QuantifierExpr:
        function, _, variable, _, over, _, body, _ = parts
        if function.text not in ("any", "all"):
            message = f"`{function.text}` cannot go through an array"
            help = "write `any(x in a: …)` or `all(x in a: …)`"
            self.report(codes.UNEXPECTED_TOKEN, message, self.span([function]), help)
        return tree.QuantifierExpr(
            function=self.name(function),
            variable=self.name(variable),
            over=over,
            body=body,
            span=self.span(parts),
        )

    def parenthesized(self, parts: Parts) -> tree.Parenthesized:
        return tree.Parenthesized(inner=parts[1], span=self.span(parts))

    def whole(self, expression: Any) -> Any:
        """An expression that is nobody's part: refused when its tree is too deep to be walked."""
        span = expression.span
        # A level takes at least one character, so nearly every expression is known to be shallow.
        if span.end - span.start <= DEEPEST_EXPRESSION:
            return expression
        if isinstance(expression, tree.ExternWord) or not is_deeper_than(
            expression, DEEPEST_EXPRESSION
        ):
            return expression
        message = f"this expression is nested more than {DEEPEST_EXPRESSION} levels deep"
        help = "name its parts with `let`; operators in a row count as one level each"
        self.report(codes.NESTED_TOO_DEEP, message, span, help)
        return tree.IntegerLiteral(value=0, text="0", span=span)

    # Names, strings and places

    def name(self, token: Token) -> tree.Name:
        return tree.Name(text=token.text, span=Span(self.source, token.start, token.end))

    def text(self, token: Token) -> tree.Text:
        value = literals.string(token.text)
        if isinstance(value, literals.Wrong):
            self._wrong(codes.BAD_STRING, token, value)
            value = ""
        return tree.Text(value=value, span=Span(self.source, token.start, token.end))

    def span(self, parts: Parts) -> Span:
        """From the first to the last part that is there."""
        first, last = parts[0], parts[-1]
        if first is None or last is None:
            there = [part for part in parts if part is not None]
            first, last = there[0], there[-1]
        start = first.start if isinstance(first, Token) else first.span.start
        end = last.end if isinstance(last, Token) else last.span.end
        return Span(self.source, start, end)

    def report(self, code: Code, message: str, span: Span, help: str | None = None) -> None:
        label = Label(span)
        self.diagnostics.append(Diagnostic(code=code, message=message, labels=(label,), help=help))

    def _wrong(self, code: Code, token: Token, wrong: literals.Wrong) -> None:
        span = Span(self.source, token.start + wrong.start, token.start + wrong.end)
        self.report(code, wrong.message, span, wrong.help)
