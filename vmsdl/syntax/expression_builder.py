"""From the parts of a production to its node: types, modifiers and expressions."""

from typing import Any

from vmsdl.diagnostics import codes
from vmsdl.diagnostics.codes import ELEMENT_NOT_STRUCT
from vmsdl.records import dataclass
from vmsdl.source import Span
from vmsdl.syntax import tree
from vmsdl.syntax.build_context import BuildContext, Parts
from vmsdl.syntax.keywords import BUILTIN_TYPES
from vmsdl.syntax.lexer import Token

COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
MOST_DIMENSIONS = 16


@dataclass(frozen=True, slots=True)
class ArrayLength:
    """`[n]` in a type or after `unused`."""

    value: tree.Expression
    span: Span


class ExpressionBuilder:
    """One method for each grammar rule of types, modifiers and expressions."""

    def __init__(self, context: BuildContext) -> None:
        self.context = context

    # Types

    def type_expr(self, parts: Parts) -> tree.TypeExpr:
        lengths = tuple(part.value for part in parts[1:] if isinstance(part, ArrayLength))
        nullable = len(parts) > 1 and isinstance(parts[1], Token)
        span = self.context.make_span(parts)
        if len(lengths) > MOST_DIMENSIONS:
            message = f"array has more than {MOST_DIMENSIONS} dimensions"
            self.context.report(
                codes.NESTED_TOO_DEEP, message, span, "move some dimensions into a struct"
            )
            lengths = lengths[:MOST_DIMENSIONS]
        return tree.TypeExpr(element=parts[0], nullable=nullable, lengths=lengths, span=span)

    def length(self, parts: Parts) -> "ArrayLength":
        return ArrayLength(self.context.limit_depth(parts[1]), self.context.make_span(parts))

    def builtin(self, parts: Parts) -> tree.BuiltinType:
        return tree.BuiltinType(word=parts[0].text, span=self.context.make_span(parts))

    def int_type(self, parts: Parts) -> tree.BuiltinType:
        return self.builtin(parts)

    def direct_key(self, parts: Parts) -> tree.BuiltinType:
        return self.builtin(parts)

    def opaque(self, parts: Parts) -> tree.OpaqueType:
        codec = self.context.make_text(parts[1]) if parts[1] else None
        return tree.OpaqueType(codec=codec, span=self.context.make_span(parts))

    def list_of(self, parts: Parts) -> tree.ListTypeExpr:
        self._check_element(parts[2], "list")
        return tree.ListTypeExpr(element=parts[2], span=self.context.make_span(parts))

    def map_of(self, parts: Parts) -> tree.MapTypeExpr:
        if isinstance(parts[2], tree.TypeRef):
            self._check_element(parts[2], "map")
        self._check_element(parts[4], "map")
        return tree.MapTypeExpr(key=parts[2], value=parts[4], span=self.context.make_span(parts))

    def _check_element(self, ref: tree.TypeRef, kind: str) -> None:
        word = ref.name.text
        if word not in BUILTIN_TYPES:
            return
        message = f"expected a struct in a {kind}, found builtin type `{word}`"
        help = f"declare a struct with one field of type `{word}`"
        if kind == "map":
            help += "; a key can also be `u64`"
        self.context.report(ELEMENT_NOT_STRUCT, message, ref.span, help)

    def ref(self, parts: Parts) -> tree.TypeRef:
        version = self.context.make_integer(parts[2]) if parts[1] else None
        return tree.TypeRef(
            name=self.context.make_name(parts[0]),
            version=version,
            span=self.context.make_span(parts),
        )

    # Modifiers

    def since(self, parts: Parts) -> tree.Since:
        return tree.Since(
            version=self.context.make_integer(parts[1]), span=self.context.make_span(parts)
        )

    def if_modifier(self, parts: Parts) -> tree.If:
        return tree.If(
            condition=self.context.limit_depth(parts[1]), span=self.context.make_span(parts)
        )

    def equal(self, parts: Parts) -> tree.Equal:
        return tree.Equal(span=self.context.make_span(parts))

    def bounded(self, parts: Parts) -> tree.Bounded:
        return tree.Bounded(span=self.context.make_span(parts))

    def default(self, parts: Parts) -> tree.Default:
        return tree.Default(
            value=self.context.limit_depth(parts[1]), span=self.context.make_span(parts)
        )

    def where(self, parts: Parts) -> tree.Where:
        message = self.context.make_text(parts[4]) if parts[4] else None
        return tree.Where(
            condition=self.context.limit_depth(parts[1]),
            on_load=parts[2],
            message=message,
            span=self.context.make_span(parts),
        )

    def on_load(self, parts: Parts) -> tree.OnLoad:
        return tree.OnLoad(span=self.context.make_span(parts))

    def marked(self, parts: Parts) -> tree.Marked:
        return tree.Marked(span=self.context.make_span(parts))

    def binding(self, parts: Parts) -> tree.Binding:
        return tree.Binding(
            name=self.context.make_name(parts[0]),
            value=self.context.limit_depth(parts[2]),
            span=self.context.make_span(parts),
        )

    def formerly(self, parts: Parts) -> tree.Formerly:
        return tree.Formerly(
            name=self.context.make_name(parts[1]), span=self.context.make_span(parts)
        )

    def extern(self, parts: Parts) -> tree.ExternWord:
        return tree.ExternWord(span=self.context.make_span(parts))

    # Expressions

    def conditional(self, parts: Parts) -> tree.ConditionalExpr:
        _, condition, _, yes, _, no = parts
        return tree.ConditionalExpr(
            condition=condition, yes=yes, no=no, span=self.context.make_span(parts)
        )

    def binary(self, parts: Parts) -> tree.BinaryExpr:
        left, sign, right = parts
        operator = "and" if sign.type == "AND" else "or" if sign.type == "OR" else sign.text
        return tree.BinaryExpr(
            operator=operator, left=left, right=right, span=self.context.make_span(parts)
        )

    def comparison(self, parts: Parts) -> Any:
        left, sign, _ = parts
        if isinstance(left, tree.BinaryExpr) and left.operator in COMPARISONS:
            message = (
                f"chained comparison: the left side is already a comparison with `{left.operator}`"
            )
            help = "join two comparisons with `and`, or put one in parentheses"
            self.context.report(
                codes.CHAINED_COMPARISON, message, self.context.make_span([sign]), help
            )
        return self.binary(parts)

    def unary(self, parts: Parts) -> tree.UnaryExpr:
        operator = "not" if parts[0].type == "NOT" else parts[0].text
        return tree.UnaryExpr(
            operator=operator, operand=parts[1], span=self.context.make_span(parts)
        )

    def attribute(self, parts: Parts) -> tree.Attribute | tree.SelfMember:
        value, _, name = parts
        if isinstance(value, tree.NameUse) and value.name == "self":
            return tree.SelfMember(name=name.text, span=self.context.make_span(parts))
        return tree.Attribute(
            value=value, name=self.context.make_name(name), span=self.context.make_span(parts)
        )

    def index(self, parts: Parts) -> tree.Index:
        return tree.Index(value=parts[0], index=parts[2], span=self.context.make_span(parts))

    def integer(self, parts: Parts) -> tree.IntegerLiteral:
        return self.context.make_integer(parts[0])

    def literal(self, parts: Parts) -> Any:
        if parts[0].type == "STRING":
            return self.context.make_text(parts[0])
        if parts[0].type == "INT":
            return self.context.make_integer(parts[0])
        if parts[0].type == "MINUS":
            return self.unary([parts[0], self.context.make_integer(parts[1])])
        return self.boolean(parts)

    def boolean(self, parts: Parts) -> tree.BoolLiteral:
        return tree.BoolLiteral(value=parts[0].type == "TRUE", span=self.context.make_span(parts))

    def name_use(self, parts: Parts) -> tree.NameUse:
        return tree.NameUse(name=parts[0].text, span=self.context.make_span(parts))

    def call(self, parts: Parts) -> tree.CallExpr:
        arguments = tuple(part for part in parts[2:-1] if part and not isinstance(part, Token))
        function = self.context.make_name(parts[0])
        return tree.CallExpr(
            function=function, arguments=arguments, span=self.context.make_span(parts)
        )

    def quantifier(self, parts: Parts) -> tree.QuantifierExpr:
        function, _, variable, _, over, _, body, _ = parts
        if function.text not in ("any", "all"):
            message = f"expected `any` or `all`, found `{function.text}`"
            help = "write `any(x in a: …)` or `all(x in a: …)`"
            self.context.report(
                codes.UNEXPECTED_TOKEN, message, self.context.make_span([function]), help
            )
        return tree.QuantifierExpr(
            function=self.context.make_name(function),
            variable=self.context.make_name(variable),
            over=over,
            body=body,
            span=self.context.make_span(parts),
        )

    def parenthesized(self, parts: Parts) -> tree.Parenthesized:
        return tree.Parenthesized(inner=parts[1], span=self.context.make_span(parts))
