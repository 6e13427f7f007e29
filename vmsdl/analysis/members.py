"""From the members of a body in the tree to its fields, locals, properties and checks."""

from collections.abc import Iterator
from dataclasses import replace

from vmsdl.analysis import operators
from vmsdl.analysis.annotations import build_annotations
from vmsdl.analysis.assignability import (
    Environment,
    TargetType,
    check_assignable,
    check_in_range,
    convert_constant,
)
from vmsdl.analysis.evaluation_order import Moment, report_later_fields
from vmsdl.analysis.modifiers import Modifiers, check_modifiers, has_nullable, sort_modifiers
from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.scope import Scope
from vmsdl.analysis.symbols import DeclaredBody, describe_declaration, is_recorded
from vmsdl.analysis.value_types import (
    describe_value_type,
    describe_with_article,
    find_declared_type,
    is_integer,
)
from vmsdl.analysis.wire_types import build_wire_type
from vmsdl.diagnostics.codes import (
    CONSTANT_WITHOUT_VALUE,
    DEFAULT_NOT_ALLOWED,
    DEFAULT_OUT_OF_RANGE,
    DUPLICATE_BINDING,
    EXTERN_UNUSED,
    LENGTH_NOT_INTEGER,
    MARKED_WITH_CONDITION,
    NOT_CONSTANT,
    NOT_SETTABLE,
    OPAQUE_WITHOUT_LENGTH,
    PREDICATE_NOT_BOOL,
    UNKNOWN_MEMBER,
    WITH_OUT_OF_RANGE,
)
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.expr import nodes as e
from vmsdl.expr.fold import NotConstant, UndefinedValue, evaluate_constant, fold_constant
from vmsdl.expr.logic import reads_index
from vmsdl.records import dataclass
from vmsdl.schema import description as d
from vmsdl.schema import types as t
from vmsdl.schema.traverse import find_structs
from vmsdl.source import Span
from vmsdl.syntax import tree


@dataclass(frozen=True, slots=True)
class MemberBuilder:
    """Builds the members of one body. A method returns None where it has reported an error."""

    body: DeclaredBody
    environment: Environment
    reporter: Reporter

    def build_field(self, decl: tree.FieldDecl) -> d.Field | None:
        moment = Moment(self.body, self.body.find_position(decl))
        modifiers = sort_modifiers(decl.modifiers)
        type_ = self._build_type(decl.type, moment)
        if isinstance(type_, t.Opaque) and type_.length is None:
            self._check_is_last(decl)
        if type_ is not None:
            check_modifiers(modifiers, type_, self.reporter)
            if modifiers.marked:
                type_ = _mark_pointers(type_)
        condition = self._bind_condition(
            modifiers.condition, moment, has_index=type_ is not None and self._may_be_null(type_)
        )
        there = None
        if isinstance(condition, e.Expression) and reads_index(condition):
            condition, there = None, condition
            self._check_not_marked(modifiers)
        checks = tuple(self._build_checks(modifiers.checks, moment))
        bindings = tuple(self._build_bindings(modifiers.bindings, type_, moment))
        default = self._build_default(modifiers.default, decl, type_)
        if type_ is None:
            return None
        return d.Field(
            name=decl.name.text,
            wire_name=decl.wire_name.value if decl.wire_name else decl.name.text,
            type=type_,
            since=modifiers.since.value if modifiers.since else 0,
            condition=condition,
            equal=modifiers.equal is not None,
            bounded=modifiers.bounded is not None,
            default=default,
            checks=checks,
            bindings=bindings,
            there=there,
            formerly=tuple(name.text for name in modifiers.formerly),
            doc=decl.doc,
            annotations=build_annotations(decl, self.reporter),
            span=decl.span,
            name_span=decl.name.span,
        )

    def build_unused(self, decl: tree.UnusedDecl) -> d.Unused | None:
        moment = Moment(self.body, self.body.find_position(decl))
        modifiers = sort_modifiers(decl.modifiers)
        if isinstance(modifiers.condition, tree.ExternWord):
            self.reporter.report(
                EXTERN_UNUSED,
                modifiers.condition.span,
                "`unused` does not accept `if extern`: it has no value",
                help="write the condition, or declare a field",
            )
        length = self.build_length(decl.length, moment)
        condition = self._bind_condition(modifiers.condition, moment)
        if length is None:
            return None
        return d.Unused(
            length=length,
            since=modifiers.since.value if modifiers.since else 0,
            condition=condition,
            doc=decl.doc,
            annotations=build_annotations(decl, self.reporter),
            span=decl.span,
            name_span=decl.span,
        )

    def build_validate(self, decl: tree.ValidateDecl) -> d.Validate | None:
        moment = Moment(self.body, self.body.find_position(decl))
        condition = self._bind_predicate(decl.condition, moment)
        if condition is None:
            return None
        return d.Validate(
            condition=condition,
            message=decl.message.value,
            is_load_only=decl.on_load is not None,
            doc=decl.doc,
            annotations=build_annotations(decl, self.reporter),
            span=decl.span,
            name_span=decl.condition.span,
        )

    def build_local(self, decl: tree.LocalDecl) -> d.Local | None:
        type_ = self._build_unsent_type(decl)
        default = self._build_initial_value(decl.default, decl, type_) if decl.default else None
        if type_ is None:
            return None
        return d.Local(
            name=decl.name.text,
            type=type_,
            default=default,
            checks=tuple(self._build_checks(decl.checks, Moment(self.body, ()))),
            doc=decl.doc,
            annotations=build_annotations(decl, self.reporter),
            span=decl.span,
            name_span=decl.name.span,
        )

    def build_property(self, decl: tree.PropertyDecl) -> d.Property | None:
        type_ = self._build_unsent_type(decl)
        default = self._build_initial_value(decl.default, decl, type_)
        if type_ is None or default is None:
            return None
        return d.Property(
            name=decl.name.text,
            type=type_,
            default=default,
            checks=tuple(self._build_checks(decl.checks, Moment(self.body, ()))),
            doc=decl.doc,
            annotations=build_annotations(decl, self.reporter),
            span=decl.span,
            name_span=decl.name.span,
        )

    def build_needed(self, written: tree.Expression | tree.ExternWord) -> e.Expr | e.Extern | None:
        """`needed` may read every field: it is evaluated when all are known."""
        return self._bind_condition(written, None)

    def build_length(self, written: tree.Expression, moment: Moment) -> e.Expr | None:
        bound = self._bind(written, moment)
        if bound is None or is_integer(bound.type):
            return bound
        self.reporter.report(
            LENGTH_NOT_INTEGER,
            bound.span,
            f"expected an integer as the length, found {describe_with_article(bound.type)}",
            describe_value_type(bound.type),
        )
        return None

    def _bind(
        self, written: tree.Expression, moment: Moment | None, *, has_index: bool = False
    ) -> e.Expr | None:
        scope = Scope(self.body, has_index)
        bound = self.environment.binder.bind(written, scope, self.reporter)
        if bound is not None and moment is not None:
            report_later_fields(bound, moment, self.reporter)
        return bound

    def _bind_predicate(
        self, written: tree.Expression, moment: Moment | None, *, has_index: bool = False
    ) -> e.Expr | None:
        bound = self._bind(written, moment, has_index=has_index)
        what = "as the condition"
        code = PREDICATE_NOT_BOOL
        if bound is None or not operators.check_bool(bound, self.reporter, code, what):
            return None
        return bound

    def _may_be_null(self, type_: t.Type) -> bool:
        """Whether `index` in an `if` is the number of a pointer: of an array, and no member."""
        return has_nullable(type_) and not Scope(self.body).has_member("index")

    def _check_not_marked(self, modifiers: Modifiers) -> None:
        if modifiers.marked is not None:
            self.reporter.report(
                MARKED_WITH_CONDITION,
                modifiers.marked.span,
                "the markers say which pointers are null, and so does the condition",
                help="remove one of the two",
            )

    def _bind_condition(
        self,
        written: tree.Expression | tree.ExternWord | None,
        moment: Moment | None,
        *,
        has_index: bool = False,
    ) -> e.Expr | e.Extern | None:
        if written is None:
            return None
        if isinstance(written, tree.ExternWord):
            return e.EXTERN
        return self._bind_predicate(written, moment, has_index=has_index)

    def _build_checks(self, wheres: tuple[tree.Where, ...], moment: Moment) -> Iterator[d.Check]:
        for where in wheres:
            # Before all steps there is none that a check of a local or property could be behind.
            after_field = replace(moment, is_after_step=True) if moment.position else moment
            if (condition := self._bind_predicate(where.condition, after_field)) is not None:
                message = where.message.value if where.message else None
                yield d.Check(condition, message, is_load_only=where.on_load is not None)

    def _build_type(self, written: tree.TypeExpr, moment: Moment) -> t.Type | None:
        symbols = self.environment.symbols
        return build_wire_type(
            written, lambda each: self.build_length(each, moment), symbols, self.reporter
        )

    def _build_unsent_type(self, decl: tree.LocalDecl | tree.PropertyDecl) -> t.Type | None:
        """The type of a local or property. Its lengths can read no field: none is decoded yet."""
        type_ = self._build_type(decl.type, Moment(self.body, ()))
        if isinstance(type_, t.Opaque) and type_.length is None:
            self.reporter.report(
                OPAQUE_WITHOUT_LENGTH,
                decl.type.span,
                f"`opaque` in a {describe_declaration(decl)} requires a length: it is not part of"
                " the section",
                help="add a length: `opaque[…]`",
            )
            return None
        return type_

    def _check_is_last(self, decl: tree.FieldDecl) -> None:
        """Check that an opaque field without a length is last: it takes the rest of the section."""
        if self.body.is_recorded or is_recorded(decl):
            return
        members = self.body.decl.members
        after_field = members[next(i for i, m in enumerate(members) if m is decl) + 1 :]
        on_wire = tree.FieldDecl | tree.UnusedDecl | tree.DescriptionDecl
        follower = next((member for member in after_field if isinstance(member, on_wire)), None)
        if self.body.decl.keyword == "device" and follower is None:
            return
        place = follower.span if isinstance(follower, tree.UnusedDecl) else None
        if isinstance(follower, tree.FieldDecl | tree.DescriptionDecl):
            place = follower.name.span
        self.reporter.report(
            OPAQUE_WITHOUT_LENGTH,
            decl.type.span,
            "`opaque` without a length is allowed only at the end of a device",
            also=(Label(place, "follows it"),) if place else (),
            help="add a length: `opaque[…]`",
        )

    def _build_bindings(
        self, written: tuple[tree.Binding, ...], type_: t.Type | None, moment: Moment
    ) -> Iterator[tuple[str, e.Expr]]:
        structs = find_structs(type_) if type_ else ()
        # Of a map `with` means the values, which come last.
        inner = self.environment.symbols.bodies[structs[-1].name] if structs else None
        seen: dict[str, tree.Name] = {}
        for binding in written:
            name = binding.name
            first = seen.setdefault(name.text, name)
            if first is not name:
                self.reporter.report(
                    DUPLICATE_BINDING,
                    name.span,
                    f"duplicate value for `{name.text}`",
                    also=(Label(first.span, "first set here"),),
                )
            value = self._bind(binding.value, moment, has_index=True)
            target = self._find_target(name, inner) if inner else None
            if (
                value is None
                or target is None
                or not check_assignable(value, target, self.reporter)
            ):
                continue
            number = fold_constant(value)
            # What it can be at run time is a check of its own.
            if number is None or check_in_range(
                number, value, target, self.environment, self.reporter
            ):
                yield name.text, value

    def _find_target(self, name: tree.Name, inner: DeclaredBody) -> TargetType | None:
        """The local or property of an embedded struct that a `with` sets."""
        decl = inner.members.get(name.text)
        if isinstance(decl, tree.LocalDecl | tree.PropertyDecl):
            type_ = find_declared_type(decl.type, self.environment.symbols)
            title = f"`{name.text}`"
            return None if type_ is None else TargetType(type_, title, WITH_OUT_OF_RANGE)
        settable = [
            n for n, m in inner.members.items() if isinstance(m, tree.LocalDecl | tree.PropertyDecl)
        ]
        if decl is None:
            self.reporter.report(
                UNKNOWN_MEMBER,
                name.span,
                f"unknown local or property `{name.text}` of"
                f" {inner.decl.keyword} `{inner.decl.name.text}`",
                help=self.reporter.suggest_nearest(name.text, settable),
            )
        else:
            self.reporter.report(
                NOT_SETTABLE,
                name.span,
                f"expected a local or property in `with`, found {describe_declaration(decl)}"
                f" `{name.text}`",
                also=(Label(decl.name.span, "declared here"),),
            )
        return None

    def _build_default(
        self, written: tree.Default | None, decl: tree.FieldDecl, type_: t.Type | None
    ) -> e.Expr | None:
        if written is None or type_ is None:
            return None
        target = find_declared_type(decl.type, self.environment.symbols)
        if target is None or not self._check_takes_default(type_, written.span, "field"):
            return None
        scope = Scope(self.body)
        return convert_constant(
            _make_default_target(target), written.value, scope, self.environment, self.reporter
        )

    def _build_initial_value(
        self,
        written: tree.Expression,
        decl: tree.LocalDecl | tree.PropertyDecl,
        type_: t.Type | None,
    ) -> e.Expr | None:
        """The default of a local or property: constant, or made of earlier properties."""
        bound = self._bind(written, None)
        target = find_declared_type(decl.type, self.environment.symbols)
        if type_ is None or bound is None or target is None:
            return None
        if not self._check_takes_default(type_, written.span, describe_declaration(decl)):
            return None
        default_target = _make_default_target(target)
        if not check_assignable(
            bound, default_target, self.reporter
        ) or not self._check_known_early(bound, decl):
            return None
        try:
            value = evaluate_constant(bound)
        except NotConstant:
            return bound
        except UndefinedValue as error:
            self.reporter.report(CONSTANT_WITHOUT_VALUE, error.culprit.span, error.why)
            return None
        return (
            bound
            if check_in_range(value, bound, default_target, self.environment, self.reporter)
            else None
        )

    def _check_known_early(self, bound: e.Expr, decl: tree.LocalDecl | tree.PropertyDecl) -> bool:
        stack = [(bound, bound.span)]
        while stack:
            node, span = stack.pop()
            match node:
                case e.Member(up=0, name=name):
                    read = self.body.members[name]
                    earlier = self.body.find_position(read) < self.body.find_position(decl)
                    is_good = isinstance(read, tree.PropertyDecl) and earlier
                case e.Member() | e.Version():
                    is_good = False
                case _:
                    is_good = True
            if not is_good:
                self.reporter.report(
                    NOT_CONSTANT,
                    span if isinstance(bound, e.Let) else node.span,
                    f"default of a {describe_declaration(decl)} must be constant or use only"
                    " earlier properties",
                )
                return False
            stack += [(child, span) for child in e.children(node)]
        return True

    def _check_takes_default(self, type_: t.Type, span: Span, what: str) -> bool:
        if isinstance(type_, t.Scalar | t.EnumType):
            return True
        self.reporter.report(
            DEFAULT_NOT_ALLOWED,
            span,
            f"a {what} of this type does not accept a default",
            help="use a default only for integers, bools, enums, timers and f64",
        )
        return False


def _make_default_target(type_: e.ValueType) -> TargetType:
    return TargetType(type_, "the default", DEFAULT_OUT_OF_RANGE)


def _mark_pointers(type_: t.Type) -> t.Type:
    """The type with markers in its innermost array, which is the one of pointers."""
    if not isinstance(type_, t.Array):
        return type_
    if type_.nullable:
        return replace(type_, marked=True)
    return replace(type_, element=_mark_pointers(type_.element))
