"""From an expression as written to one with every name resolved and every type known."""

from collections.abc import Mapping
from dataclasses import field
from typing import assert_never

from vmsdl.analysis import calls, let_expansion, operators
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.scope import Scope
from vmsdl.analysis.symbols import DeclaredBody, MemberDecl, Symbols, describe_declaration
from vmsdl.analysis.value_types import describe_value_type, describe_with_article, to_value_type
from vmsdl.diagnostics.codes import (
    DEFINITION_CYCLE,
    EXPRESSION_TOO_LARGE,
    FOREIGN_VERSION,
    NOT_A_STRUCT,
    NOT_A_VALUE,
    OPERAND_NOT_BOOL,
    UNKNOWN_MEMBER,
    UNKNOWN_NAME,
)
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.expr import nodes as e
from vmsdl.records import dataclass
from vmsdl.source import Span
from vmsdl.syntax import tree


@dataclass(slots=True)
class _Open:
    """What is known half-way through: the lets being resolved, the variables in use."""

    lets: list[tree.LetDecl] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)
    is_too_deep: bool = False  # for one report of each expression, not one of each deep part


class Binder:
    """Resolves expressions; None stands for one whose fault has been reported."""

    def __init__(
        self,
        symbols: Symbols,
        consts: Mapping[str, e.Literal | None],
        arms: Mapping[tuple[str, str], e.Literal | None],
    ) -> None:
        self._symbols = symbols
        self._consts = consts
        self._arms = arms
        self._lets: dict[int, e.Expr | None] = {}
        self._open = _Open()

    def bind(self, written: tree.Expression, place: Scope, faults: Reporter) -> e.Expr | None:
        """One whole expression."""
        self._open.variables = set()
        return self._whole(written, place, faults, 0)

    def let(
        self, decl: tree.LetDecl, body: DeclaredBody, faults: Reporter, depth: int = 0
    ) -> e.Expr | None:
        """The expression of a let, in terms of its own body."""
        if id(decl) not in self._lets:
            if any(decl is waiting for waiting in self._open.lets):
                self._report_let_cycle(decl, faults.within(body.context))
                return None
            self._open.lets.append(decl)
            variables, self._open.variables = self._open.variables, set()
            within = faults.within(body.context, recorded=body.recorded)
            bound = self._whole(decl.value, Scope(body), within, depth)
            self._open.variables = variables
            self._open.lets.pop()
            self._lets.setdefault(id(decl), bound)
        return self._lets[id(decl)]

    def _whole(
        self, written: tree.Expression, place: Scope, faults: Reporter, depth: int
    ) -> e.Expr | None:
        bound = self._bind(written, place, faults, depth)
        if self._open.is_too_deep:
            self._open.is_too_deep = False
            self._report_too_large(written.span, faults)
            return None
        if bound is None or not e.children(bound):
            return bound
        nodes, levels = let_expansion.measure(bound)
        if nodes > let_expansion.MAX_NODES or levels > let_expansion.MAX_DEPTH:
            self._report_too_large(written.span, faults)
            return None
        return bound

    def _bind(
        self, written: tree.Expression, place: Scope, faults: Reporter, depth: int
    ) -> e.Expr | None:
        while isinstance(written, tree.Parenthesized):
            written = written.inner
        if depth > let_expansion.MAX_DEPTH:
            self._open.is_too_deep = True
            return None
        value = self._value(written, place, faults, depth)
        if value is not None and isinstance(value.type, e.SubsectionValue):
            faults.add(
                NOT_A_VALUE,
                written.span,
                f"the subsection `{value.type.path[-1]}` stands only before a dot",
                help="name one of its fields behind a dot",
            )
            return None
        return value

    def _value(
        self, written: tree.Expression, place: Scope, faults: Reporter, depth: int
    ) -> e.Expr | None:
        """Like `_bind`, but a subsection is a value too: for what stands before a dot."""
        span, deeper = written.span, depth + 1
        match written:
            case tree.IntegerLiteral(value=number):
                return e.Literal(type=e.IntValue(number, number), span=span, value=number)
            case tree.BoolLiteral(value=truth):
                return e.Literal(type=e.BOOL, span=span, value=truth)
            case tree.NameUse():
                return self._name(written, place, faults, deeper)
            case tree.SelfMember(name=name):
                return self._self_member(name, span, place, faults, deeper)
            case tree.Attribute():
                return self._attribute(written, place, faults, deeper)
            case tree.Index():
                value = self._bind(written.value, place, faults, deeper)
                index = self._bind(written.index, place, faults, deeper)
                return value and index and calls.item(value, index, span, faults)
            case tree.CallExpr():
                arguments = [self._bind(a, place, faults, deeper) for a in written.arguments]
                return calls.call(written, arguments, faults)
            case tree.QuantifierExpr():
                return self._quantifier(written, place, faults, deeper)
            case tree.UnaryExpr(operator=sign):
                operand = self._bind(written.operand, place, faults, deeper)
                operator = e.Operator.NEGATE if sign == "-" else operators.OPERATORS[sign]
                return operand and operators.unary(operator, operand, span, faults)
            case tree.BinaryExpr(operator=sign):
                left = self._bind(written.left, place, faults, deeper)
                right = self._bind(written.right, place, faults, deeper)
                if left is None or right is None:
                    return None
                return operators.binary(operators.OPERATORS[sign], left, right, span, faults)
            case tree.ConditionalExpr():
                condition = self._bind(written.condition, place, faults, deeper)
                yes = self._bind(written.yes, place, faults, deeper)
                no = self._bind(written.no, place, faults, deeper)
                if condition is None or yes is None or no is None:
                    return None
                return operators.conditional(condition, yes, no, span, faults)
            case tree.Parenthesized():
                return self._value(written.inner, place, faults, depth)
            case _:
                assert_never(written)

    def _name(self, use: tree.NameUse, place: Scope, faults: Reporter, depth: int) -> e.Expr | None:
        name, span = use.name, use.span
        if (variable := place.variables.get(name)) is not None:
            return e.Variable(type=variable.type, span=span, name=variable.name)
        if place.body is not None and name in place.body.members:
            return self._member(name, span, place, faults, depth)
        if place.body is not None and name == "version":
            return e.Version(type=e.INTEGER, span=span)
        if place.has_index and name == "index":
            return e.ElementIndex(type=e.INTEGER, span=span)
        if place.declares(name):
            return self._member(name, span, place, faults, depth)
        match self._symbols.names.get(name):
            case tree.ConstDecl():
                value = self._consts.get(name)
                return value and e.Literal(type=value.type, span=span, value=value.value, name=name)
            case None:
                self._report_unknown_name(use, place, faults)
            case other:
                what = describe_declaration(other)
                faults.add(
                    NOT_A_VALUE,
                    span,
                    f"the {what} `{name}` is not a value",
                    help=(
                        f"name one of its values: `{name}.…`" if what in ("enum", "flags") else None
                    ),
                )
        return None

    def _self_member(
        self, name: str, span: Span, place: Scope, faults: Reporter, depth: int
    ) -> e.Expr | None:
        if place.declares(name):
            return self._member(name, span, place, faults, depth)
        faults.add(
            UNKNOWN_NAME,
            span,
            f"there is no member `{name}` here",
            help=faults.did_you_mean(name, place.members()),
        )
        return None

    def _member(
        self, name: str, span: Span, place: Scope, faults: Reporter, depth: int
    ) -> e.Expr | None:
        """A member of the body or of the nearest owner that has one of that name."""
        assert place.body is not None
        for up, body in enumerate(place.body.outwards()):
            decl = body.members.get(name)
            if decl is None:
                continue
            if isinstance(decl, tree.LetDecl):
                inner = self.let(decl, body, faults, depth + let_expansion.LEVELS)
                if inner is None:
                    return None
                if up and let_expansion.speaks_of_version(inner):
                    self._report_foreign_version(decl, body, span, faults)
                    return None
                return self._inlined(decl, let_expansion.from_inner(inner, up), span)
            type_ = self._member_type(decl, body)
            return None if type_ is None else e.Member(type=type_, span=span, up=up, name=name)
        return None

    def _member_type(self, decl: MemberDecl, body: DeclaredBody) -> e.ValueType | None:
        match decl:
            case tree.FieldDecl() | tree.LocalDecl() | tree.PropertyDecl():
                return to_value_type(decl.type, self._symbols)
            case tree.DescriptionDecl():
                return e.SubsectionValue(body.subsections[id(decl)].path)
            case tree.LetDecl():
                return None
            case _:
                assert_never(decl)

    def _inlined(self, decl: tree.LetDecl, value: e.Expr, span: Span) -> e.Expr:
        value = let_expansion.with_fresh_variables(value, self._open.variables)
        return e.Let(type=value.type, span=span, name=decl.name.text, value=value)

    def _attribute(
        self, written: tree.Attribute, place: Scope, faults: Reporter, depth: int
    ) -> e.Expr | None:
        before = written.value
        while isinstance(before, tree.Parenthesized):
            before = before.inner
        if isinstance(before, tree.NameUse) and before.name not in place.variables:
            enum = self._symbols.enum(before.name)
            if enum is not None and not place.declares(before.name):
                return self._arm(enum, written, faults)
        if depth > let_expansion.MAX_DEPTH:
            self._open.is_too_deep = True
            return None
        value = self._value(before, place, faults, depth)
        if value is None:
            return None
        match value.type:
            case e.StructValue(name=struct):
                body = self._symbols.bodies[struct]
            case e.SubsectionValue(path=path):
                body = self._symbols.bodies[path[0]]
                for step in path[1:]:
                    body = body.subsection(step)
            case _:
                faults.add(
                    NOT_A_STRUCT,
                    written.name.span,
                    f"a dot stands behind {describe_with_article(value.type)}, which has no"
                    " members",
                    also=(Label(before.span, describe_value_type(value.type)),),
                    help=_help_for_dot(value),
                )
                return None
        return self._select(value, body, written, faults, depth)

    def _select(
        self,
        value: e.Expr,
        body: DeclaredBody,
        written: tree.Attribute,
        faults: Reporter,
        depth: int,
    ) -> e.Expr | None:
        name, span = written.name, written.span
        decl = body.members.get(name.text)
        if decl is None or not _is_seen_from_outside(decl, body):
            seen = (n for n, d in body.members.items() if _is_seen_from_outside(d, body))
            missing = "has no member" if decl is None else f"hides its {describe_declaration(decl)}"
            faults.add(
                UNKNOWN_MEMBER,
                name.span,
                f"the {body.decl.keyword} `{body.decl.name.text}` {missing} `{name.text}`",
                help=(
                    faults.did_you_mean(name.text, seen)
                    if decl is None
                    else "of a subsection, only fields are seen from outside"
                ),
            )
            return None
        if isinstance(decl, tree.LetDecl):
            inner = self.let(decl, body, faults, depth + let_expansion.LEVELS)
            if inner is None:
                return None
            if let_expansion.speaks_of_version(inner):
                self._report_foreign_version(decl, body, span, faults)
                return None
            return self._inlined(decl, let_expansion.through(inner, value), span)
        type_ = self._member_type(decl, body)
        if type_ is None:
            return None
        return e.Select(type=type_, span=span, value=value, name=name.text)

    def _arm(self, enum: tree.EnumDecl, written: tree.Attribute, faults: Reporter) -> e.Expr | None:
        key = (enum.name.text, written.name.text)
        if key not in self._arms:
            arms = [arm.name.text for arm in enum.arms]
            faults.add(
                UNKNOWN_MEMBER,
                written.name.span,
                f"the {enum.keyword} `{key[0]}` has no value `{key[1]}`",
                help=faults.did_you_mean(key[1], arms),
            )
            return None
        value = self._arms[key]
        return value and e.Literal(
            type=value.type, span=written.span, value=value.value, name=".".join(key)
        )

    def _quantifier(
        self, written: tree.QuantifierExpr, place: Scope, faults: Reporter, depth: int
    ) -> e.Expr | None:
        over = self._bind(written.over, place, faults, depth)
        walk = calls.quantity(written.function, over, faults)
        if walk is None or over is None:
            return None
        quantity, element = walk
        name = written.variable.text
        variable = e.Variable(type=element, name=let_expansion.fresh(name, self._open.variables))
        inside = Scope(place.body, place.has_index, {**place.variables, name: variable})
        body = self._bind(written.body, inside, faults, depth)
        what = f"what `{quantity.value}` asks of every item must be a bool"
        if body is None or not operators.must_be_bool(body, faults, OPERAND_NOT_BOOL, what):
            return None
        return e.Quantifier(
            type=e.BOOL,
            span=written.span,
            quantity=quantity,
            variable=variable.name,
            over=over,
            body=body,
        )

    def _report_unknown_name(self, use: tree.NameUse, place: Scope, faults: Reporter) -> None:
        help_ = faults.did_you_mean(use.name, place.visible(self._symbols))
        if use.name == "index":
            help_ = "`index` is the element's number in a `with` alone"
        elif place.body is None and use.name == "version":
            help_ = "`version` has a meaning only in a device, struct or subsection"
        elif help_ is None and place.is_blind_to(use.name, self._symbols):
            help_ = (
                "a struct sees only itself: declare a `local`, and give it its value with"
                f" `with {use.name} = …` where the struct is embedded"
            )
        faults.add(UNKNOWN_NAME, use.span, f"there is no `{use.name}` here", help=help_)

    def _report_let_cycle(self, decl: tree.LetDecl, faults: Reporter) -> None:
        waiting = self._open.lets
        start = next(i for i, let in enumerate(waiting) if let is decl)
        ring = waiting[start:]
        chain = " -> ".join(f"`{let.name.text}`" for let in (*ring, decl))
        faults.add(
            DEFINITION_CYCLE,
            decl.name.span,
            f"this let is made of itself: {chain}",
            also=tuple(Label(let.name.span, "made of the next one") for let in ring[1:]),
        )
        for let in ring:
            self._lets[id(let)] = None

    def _report_foreign_version(
        self, decl: tree.LetDecl, body: DeclaredBody, span: Span, faults: Reporter
    ) -> None:
        faults.add(
            FOREIGN_VERSION,
            span,
            f"`{decl.name.text}` reads the version of the {body.title}, which is not known here",
            also=(Label(decl.name.span, "reads `version`"),),
            help="write the expression out, in terms of this body",
        )

    def _report_too_large(self, span: Span, faults: Reporter) -> None:
        faults.add(
            EXPRESSION_TOO_LARGE,
            span,
            f"with its lets written out, this has more than {let_expansion.MAX_NODES:,} parts"
            f" or {let_expansion.MAX_DEPTH} levels",
            help="say it in fewer parts",
        )


def _is_seen_from_outside(decl: MemberDecl, body: DeclaredBody) -> bool:
    return body.owner is None or isinstance(decl, tree.FieldDecl | tree.DescriptionDecl)


def _help_for_dot(value: e.Expr) -> str | None:
    if isinstance(value.type, e.SequenceValue) and isinstance(value.type.element, e.StructValue):
        text = value.span.text if len(value.span.text) < 40 else "…"
        return f"pick an item, such as `{text}[0]`, or ask `any(x in {text}: …)`"
    return None
