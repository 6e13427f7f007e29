"""From an expression in the tree to one with every name resolved and every type known."""

from collections.abc import Mapping
from dataclasses import field
from typing import assert_never

from vmsdl.analysis import calls, let_expansion, operators
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.scope import Scope
from vmsdl.analysis.symbols import DeclaredBody, MemberDecl, Symbols, describe_declaration
from vmsdl.analysis.value_types import (
    describe_value_type,
    describe_with_article,
    find_declared_type,
)
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
from vmsdl.diagnostics.diagnostic import Fix, Label
from vmsdl.expr import nodes as e
from vmsdl.records import dataclass
from vmsdl.source import Span
from vmsdl.syntax import tree

# Names of QEMU, C and Python that have a word here.
_FOREIGN_VALUES = {
    "version_id": "version",
    "TRUE": "true",
    "FALSE": "false",
    "True": "true",
    "False": "false",
}


@dataclass(slots=True)
class _BindingState:
    """The state while one expression is resolved: its open lets, the variables in use."""

    lets: list[tree.LetDecl] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)
    is_too_deep: bool = (
        False  # so that an expression is reported once, and not each deep part of it
    )


class Binder:
    """Resolves expressions. A method returns None where it has reported an error."""

    def __init__(
        self,
        symbols: Symbols,
        consts: Mapping[str, e.Literal | None],
        enum_values: Mapping[tuple[str, str], e.Literal | None],
    ) -> None:
        self._symbols = symbols
        self._consts = consts
        self._enum_values = enum_values
        self._lets: dict[int, e.Expr | None] = {}
        self._state = _BindingState()

    def bind(self, written: tree.Expression, scope: Scope, reporter: Reporter) -> e.Expr | None:
        """One whole expression."""
        self._state.variables = set()
        return self._bind_whole(written, scope, reporter, 0)

    def bind_let(
        self, decl: tree.LetDecl, body: DeclaredBody, reporter: Reporter, depth: int = 0
    ) -> e.Expr | None:
        """The expression of a let, in terms of its own body."""
        if id(decl) not in self._lets:
            if any(decl is waiting for waiting in self._state.lets):
                self._report_let_cycle(decl, reporter.within(body.context))
                return None
            self._state.lets.append(decl)
            variables, self._state.variables = self._state.variables, set()
            within = reporter.within(body.context, is_recorded=body.is_recorded)
            bound = self._bind_whole(decl.value, Scope(body), within, depth)
            self._state.variables = variables
            self._state.lets.pop()
            self._lets.setdefault(id(decl), bound)
        return self._lets[id(decl)]

    def _bind_whole(
        self, written: tree.Expression, scope: Scope, reporter: Reporter, depth: int
    ) -> e.Expr | None:
        bound = self._bind(written, scope, reporter, depth)
        if self._state.is_too_deep:
            self._state.is_too_deep = False
            self._report_too_large(written.span, reporter)
            return None
        if bound is None or not e.children(bound):
            return bound
        nodes, levels = let_expansion.measure(bound)
        if nodes > let_expansion.MAX_NODES or levels > let_expansion.MAX_DEPTH:
            self._report_too_large(written.span, reporter)
            return None
        return bound

    def _bind(
        self, written: tree.Expression, scope: Scope, reporter: Reporter, depth: int
    ) -> e.Expr | None:
        while isinstance(written, tree.Parenthesized):
            written = written.inner
        if depth > let_expansion.MAX_DEPTH:
            self._state.is_too_deep = True
            return None
        value = self._bind_with_subsections(written, scope, reporter, depth)
        if value is not None and isinstance(value.type, e.SubsectionValue):
            reporter.report(
                NOT_A_VALUE,
                written.span,
                f"expected a value, found subsection `{value.type.path[-1]}`",
                help="add a dot and the name of one of its fields",
            )
            return None
        return value

    def _bind_with_subsections(
        self, written: tree.Expression, scope: Scope, reporter: Reporter, depth: int
    ) -> e.Expr | None:
        """Like `_bind`, but for what comes before a dot, which can also be a subsection."""
        span, deeper = written.span, depth + 1
        match written:
            case tree.IntegerLiteral(value=number):
                return e.Literal(type=e.IntValue(number, number), span=span, value=number)
            case tree.BoolLiteral(value=truth):
                return e.Literal(type=e.BOOL, span=span, value=truth)
            case tree.NameUse():
                return self._bind_name(written, scope, reporter, deeper)
            case tree.SelfMember(name=name):
                return self._bind_self_member(name, span, scope, reporter, deeper)
            case tree.Attribute():
                return self._bind_attribute(written, scope, reporter, deeper)
            case tree.Index():
                value = self._bind(written.value, scope, reporter, deeper)
                index = self._bind(written.index, scope, reporter, deeper)
                return value and index and calls.build_item(value, index, span, reporter)
            case tree.CallExpr():
                arguments = [self._bind(a, scope, reporter, deeper) for a in written.arguments]
                return calls.build_call(written, arguments, reporter)
            case tree.QuantifierExpr():
                return self._bind_quantifier(written, scope, reporter, deeper)
            case tree.UnaryExpr(operator=sign):
                operand = self._bind(written.operand, scope, reporter, deeper)
                operator = e.Operator.NEGATE if sign == "-" else operators.OPERATORS[sign]
                return operand and operators.build_unary(operator, operand, span, reporter)
            case tree.BinaryExpr(operator=sign):
                left = self._bind(written.left, scope, reporter, deeper)
                right = self._bind(written.right, scope, reporter, deeper)
                if left is None or right is None:
                    return None
                operator = operators.OPERATORS[sign]
                bitmap = operators.find_bitmap_compared_with_zero(operator, left, right)
                if bitmap is not None:
                    return self._ask_for_a_bit(bitmap, operator, span)
                return operators.build_binary(operator, left, right, span, reporter)
            case tree.ConditionalExpr():
                condition = self._bind(written.condition, scope, reporter, deeper)
                yes = self._bind(written.yes, scope, reporter, deeper)
                no = self._bind(written.no, scope, reporter, deeper)
                if condition is None or yes is None or no is None:
                    return None
                return operators.build_conditional(condition, yes, no, span, reporter)
            case tree.Parenthesized():
                return self._bind_with_subsections(written.inner, scope, reporter, depth)
            case _:
                assert_never(written)

    def _bind_name(
        self, use: tree.NameUse, scope: Scope, reporter: Reporter, depth: int
    ) -> e.Expr | None:
        name, span = use.name, use.span
        if (variable := scope.variables.get(name)) is not None:
            return e.Variable(type=variable.type, span=span, name=variable.name)
        if scope.body is not None and name in scope.body.members:
            return self._bind_member(name, span, scope, reporter, depth)
        if scope.body is not None and name == "version":
            return e.Version(type=e.INTEGER, span=span)
        if scope.has_index and name == "index":
            return e.ElementIndex(type=e.INTEGER, span=span)
        if scope.has_member(name):
            return self._bind_member(name, span, scope, reporter, depth)
        match self._symbols.names.get(name):
            case tree.ConstDecl():
                value = self._consts.get(name)
                return value and e.Literal(type=value.type, span=span, value=value.value, name=name)
            case None:
                self._report_unknown_name(use, scope, reporter)
            case other:
                what = describe_declaration(other)
                reporter.report(
                    NOT_A_VALUE,
                    span,
                    f"expected a value, found {what} `{name}`",
                    help=(
                        f"write one of its values: `{name}.…`"
                        if what in ("enum", "flags")
                        else None
                    ),
                )
        return None

    def _bind_self_member(
        self, name: str, span: Span, scope: Scope, reporter: Reporter, depth: int
    ) -> e.Expr | None:
        if scope.has_member(name):
            return self._bind_member(name, span, scope, reporter, depth)
        reporter.report(
            UNKNOWN_NAME,
            span,
            f"unknown member `{name}`",
            help=reporter.suggest_nearest(name, scope.list_member_names()),
        )
        return None

    def _bind_member(
        self, name: str, span: Span, scope: Scope, reporter: Reporter, depth: int
    ) -> e.Expr | None:
        """The member of that name in the body, or else in the nearest owner that has one."""
        assert scope.body is not None
        for up, body in enumerate(scope.body.iterate_outwards()):
            decl = body.members.get(name)
            if decl is None:
                continue
            if isinstance(decl, tree.LetDecl):
                inner = self.bind_let(decl, body, reporter, depth + let_expansion.LEVELS_OF_LET)
                if inner is None:
                    return None
                if up and let_expansion.reads_version(inner):
                    self._report_foreign_version(decl, body, span, reporter)
                    return None
                return self._inline_let(decl, let_expansion.move_inwards(inner, up), span)
            type_ = self._find_member_type(decl, body)
            return None if type_ is None else e.Member(type=type_, span=span, up=up, name=name)
        return None

    def _find_member_type(self, decl: MemberDecl, body: DeclaredBody) -> e.ValueType | None:
        match decl:
            case tree.FieldDecl() | tree.LocalDecl() | tree.PropertyDecl():
                return find_declared_type(decl.type, self._symbols)
            case tree.DescriptionDecl():
                return e.SubsectionValue(body.subsections[id(decl)].path)
            case tree.LetDecl():
                return None
            case _:
                assert_never(decl)

    def _inline_let(self, decl: tree.LetDecl, value: e.Expr, span: Span) -> e.Expr:
        value = let_expansion.rename_variables(value, self._state.variables)
        return e.Let(type=value.type, span=span, name=decl.name.text, value=value)

    def _bind_attribute(
        self, written: tree.Attribute, scope: Scope, reporter: Reporter, depth: int
    ) -> e.Expr | None:
        before = written.value
        while isinstance(before, tree.Parenthesized):
            before = before.inner
        if isinstance(before, tree.NameUse) and before.name not in scope.variables:
            enum = self._symbols.find_enum(before.name)
            if enum is not None and not scope.has_member(before.name):
                return self._bind_enum_value(enum, written, reporter)
        if depth > let_expansion.MAX_DEPTH:
            self._state.is_too_deep = True
            return None
        value = self._bind_with_subsections(before, scope, reporter, depth)
        if value is None:
            return None
        match value.type:
            case e.StructValue(name=struct):
                body = self._symbols.bodies[struct]
            case e.SubsectionValue(path=path):
                body = self._symbols.bodies[path[0]]
                for step in path[1:]:
                    body = body.find_subsection(step)
            case _:
                reporter.report(
                    NOT_A_STRUCT,
                    written.name.span,
                    f"{describe_with_article(value.type)} has no members",
                    also=(Label(before.span, describe_value_type(value.type)),),
                    help=_suggest_item(value) or _suggest_own_member(before, written, scope),
                )
                return None
        return self._bind_select(value, body, written, reporter, depth)

    def _bind_select(
        self,
        value: e.Expr,
        body: DeclaredBody,
        written: tree.Attribute,
        reporter: Reporter,
        depth: int,
    ) -> e.Expr | None:
        name, span = written.name, written.span
        decl = body.members.get(name.text)
        if decl is None or not _is_visible_outside(decl, body):
            visible = (n for n, d in body.members.items() if _is_visible_outside(d, body))
            owner = f"{body.decl.keyword} `{body.decl.name.text}`"
            reporter.report(
                UNKNOWN_MEMBER,
                name.span,
                (
                    f"unknown member `{name.text}` of {owner}"
                    if decl is None
                    else (
                        f"{describe_declaration(decl)} `{name.text}` of {owner} is not visible here"
                    )
                ),
                help=(
                    reporter.suggest_nearest(name.text, visible)
                    if decl is None
                    else "use a field: only the fields of a subsection are visible from outside"
                ),
            )
            return None
        if isinstance(decl, tree.LetDecl):
            inner = self.bind_let(decl, body, reporter, depth + let_expansion.LEVELS_OF_LET)
            if inner is None:
                return None
            if let_expansion.reads_version(inner):
                self._report_foreign_version(decl, body, span, reporter)
                return None
            return self._inline_let(decl, let_expansion.select_from(inner, value), span)
        type_ = self._find_member_type(decl, body)
        if type_ is None:
            return None
        return e.Select(type=type_, span=span, value=value, name=name.text)

    def _bind_enum_value(
        self, enum: tree.EnumDecl, written: tree.Attribute, reporter: Reporter
    ) -> e.Expr | None:
        key = (enum.name.text, written.name.text)
        if key not in self._enum_values:
            enum_values = [member.name.text for member in enum.members]
            reporter.report(
                UNKNOWN_MEMBER,
                written.name.span,
                f"unknown value `{key[1]}` of {enum.keyword} `{key[0]}`",
                help=reporter.suggest_nearest(key[1], enum_values),
            )
            return None
        value = self._enum_values[key]
        return value and e.Literal(
            type=value.type, span=written.span, value=value.value, name=".".join(key)
        )

    def _bind_quantifier(
        self, written: tree.QuantifierExpr, scope: Scope, reporter: Reporter, depth: int
    ) -> e.Expr | None:
        over = self._bind(written.over, scope, reporter, depth)
        walk = calls.find_quantity(written.function, over, reporter)
        if walk is None or over is None:
            return None
        quantity, element = walk
        name = written.variable.text
        variable = e.Variable(
            type=element, name=let_expansion.make_unique(name, self._state.variables)
        )
        inside = Scope(scope.body, scope.has_index, {**scope.variables, name: variable})
        body = self._bind(written.body, inside, reporter, depth)
        what = f"as the condition of `{quantity.value}`"
        if body is None or not operators.check_bool(body, reporter, OPERAND_NOT_BOOL, what):
            return None
        return e.Quantifier(
            type=e.BOOL,
            span=written.span,
            quantity=quantity,
            variable=variable.name,
            over=over,
            body=body,
        )

    def _ask_for_a_bit(self, bitmap: e.Expr, operator: e.Operator, span: Span) -> e.Expr:
        """`map != 0`: is any bit set? `map == 0`: is none?"""
        name = let_expansion.make_unique("x", self._state.variables)
        some = e.Quantifier(
            type=e.BOOL,
            span=span,
            quantity=e.Quantity.ANY,
            variable=name,
            over=bitmap,
            body=e.Variable(type=e.BOOL, name=name),
        )
        if operator is e.Operator.NOT_EQUAL:
            return some
        return e.Unary(type=e.BOOL, span=span, operator=e.Operator.NOT, operand=some)

    def _report_unknown_name(self, use: tree.NameUse, scope: Scope, reporter: Reporter) -> None:
        message = f"unknown name `{use.name}`"
        enums = sorted(enum for enum, value in self._enum_values if value == use.name)
        if len(enums) > 1:
            choice = "write " + " or ".join(f"`{enum}.{use.name}`" for enum in enums[:3])
            reporter.report(UNKNOWN_NAME, use.span, message, help=choice)
            return
        word = f"{enums[0]}.{use.name}" if enums else _FOREIGN_VALUES.get(use.name)
        if word is not None:
            fix = Fix.replacing(use.span, word)
            reporter.report(UNKNOWN_NAME, use.span, message, fix=fix)
            return
        help_ = reporter.suggest_nearest(use.name, scope.list_visible_names(self._symbols))
        if use.name == "index":
            help_ = (
                "use `index` only in a `with`, or in the `if` of an array of pointers: it is the"
                " number of the element"
            )
        elif scope.body is None and use.name == "version":
            help_ = "use `version` only in a device, struct or subsection"
        elif help_ is None and scope.is_out_of_reach(use.name, self._symbols):
            help_ = (
                "declare a `local` in the struct, and set it by"
                f" `with {use.name} = …` where the struct is embedded"
            )
        reporter.report(UNKNOWN_NAME, use.span, message, help=help_)

    def _report_let_cycle(self, decl: tree.LetDecl, reporter: Reporter) -> None:
        waiting = self._state.lets
        start = next(i for i, let in enumerate(waiting) if let is decl)
        cycle = waiting[start:]
        chain = " -> ".join(f"`{let.name.text}`" for let in (*cycle, decl))
        reporter.report(
            DEFINITION_CYCLE,
            decl.name.span,
            f"let is defined in terms of itself: {chain}",
            also=tuple(Label(let.name.span, "part of this cycle") for let in cycle[1:]),
        )
        for let in cycle:
            self._lets[id(let)] = None

    def _report_foreign_version(
        self, decl: tree.LetDecl, body: DeclaredBody, span: Span, reporter: Reporter
    ) -> None:
        reporter.report(
            FOREIGN_VERSION,
            span,
            f"`{decl.name.text}` depends on the version of {body.title}, which is unknown here",
            also=(Label(decl.name.span, "reads `version`"),),
            help="write the expression of the let here, with the names of this body",
        )

    def _report_too_large(self, span: Span, reporter: Reporter) -> None:
        reporter.report(
            EXPRESSION_TOO_LARGE,
            span,
            "expression is too large after its lets are expanded: more than"
            f" {let_expansion.MAX_NODES:,} parts or {let_expansion.MAX_DEPTH} levels",
            help="use fewer parts",
        )


def _is_visible_outside(decl: MemberDecl, body: DeclaredBody) -> bool:
    return body.owner is None or isinstance(decl, tree.FieldDecl | tree.DescriptionDecl)


def _suggest_own_member(
    before: tree.Expression, written: tree.Attribute, scope: Scope
) -> str | None:
    """Inside `subsection x { x: u8; }`, `x` is the field: its members go without a prefix."""
    if not isinstance(before, tree.NameUse):
        return None
    hidden = scope.find_hidden_subsection(before.name)
    if hidden is None or written.name.text not in hidden.members:
        return None
    name = written.name.text
    is_shadowed = scope.body is not hidden and scope.body and name in scope.body.members
    here = "" if is_shadowed else f": write `{name}`"
    return f"inside subsection `{before.name}` the name `{before.name}` is its own member{here}"


def _suggest_item(value: e.Expr) -> str | None:
    if isinstance(value.type, e.SequenceValue) and isinstance(value.type.element, e.StructValue):
        text = value.span.text if len(value.span.text) < 40 else "…"
        return f"select an item, such as `{text}[0]`, or write `any(x in {text}: …)`"
    return None
