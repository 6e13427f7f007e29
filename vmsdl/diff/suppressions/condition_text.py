"""Conditions on a sender's state as text: written for a file, and read back from it later.

The schemas may have changed in between: what is read is checked against the schemas of today.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import assert_never

from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import ALWAYS
from vmsdl.expr.logic import (
    FALSE,
    TRUE,
    and_,
    find_path,
    fold_expression,
    if_then_else,
    make_arithmetic,
    make_comparison,
    make_literal,
    not_,
    or_,
    to_integer,
)
from vmsdl.expr.nodes import (
    BOOL,
    INTEGER,
    OPPOSITE,
    BitmapValue,
    BoolValue,
    BytesValue,
    Call,
    Expr,
    Function,
    IntValue,
    Item,
    Literal,
    Member,
    Operator,
    Quantifier,
    Quantity,
    ReceiverValue,
    Select,
    SequenceValue,
    StructValue,
    SubsectionValue,
    Unary,
    ValueType,
    Variable,
    children,
    with_children,
)
from vmsdl.expr.text import EXTERN_PRESENCE, parse_extern_presence, unparse_in_full
from vmsdl.records import dataclass
from vmsdl.schema.description import Description
from vmsdl.schema.members import find_member_names, find_member_type
from vmsdl.schema.value_types import find_value_type
from vmsdl.source import SourceFile
from vmsdl.syntax import tree
from vmsdl.syntax.parser import parse

_LONGEST = 100_000
_OPERATORS = {each.value: each for each in Operator if each is not Operator.NEGATE}


class UnreadableCondition(Exception):
    """A text that is not, or no longer, a condition on a sender's state. The message says why."""


def write_condition(e: Expr) -> tuple[str, dict[str, int | bool]]:
    """A condition in full, and the values of the constants that it names."""
    e = resolve_ambiguous_constants(e)
    return (ALWAYS, {}) if e == TRUE else (unparse_in_full(e), dict(_constants(e)))


def resolve_ambiguous_constants(e: Expr) -> Expr:
    """The condition without names of constants, where one name has two values in it.

    Sender and receiver, or the schemas of then and now, may give a name different values.
    """
    found = set(_constants(e))
    return e if len(found) == len(dict(found)) else _replace_constants(e)


def _constants(e: Expr) -> Iterator[tuple[str, int | bool]]:
    stack = [e]
    while stack:
        part = stack.pop()
        stack += children(part)
        if isinstance(part, Literal) and part.name is not None:
            yield part.name, part.value


def _replace_constants(e: Expr) -> Expr:
    """The values of constants instead of their names."""
    return replace(e, name=None) if isinstance(e, Literal) else with_children(e, _replace_constants)


def read_condition(
    text: str, constants: Mapping[str, int | bool], sender: Side, receiver: Side
) -> Expr:
    """The condition that `write_condition` wrote, on the sender's fields.

    Raises UnreadableCondition.
    """
    if text == ALWAYS:
        return TRUE
    if len(text) > _LONGEST:
        raise UnreadableCondition("the condition is too long")
    stem = "place"
    while stem in text:
        stem += "_"
    beyond: dict[str, str] = {}

    def put(found: re.Match[str]) -> str:
        known = {words: name for name, words in beyond.items()}
        name = known.get(found[0], f"{stem}{len(beyond)}")
        beyond[name] = found[0]
        return name

    expression = _parse_expression(EXTERN_PRESENCE.sub(put, text))
    try:
        e = _ConditionReader(sender, receiver, constants, beyond).of(expression)
    except RecursionError:
        raise UnreadableCondition("the condition is nested too deeply") from None
    if not isinstance(e.type, BoolValue):
        raise UnreadableCondition("expected a bool as the condition")
    return e


def _parse_expression(text: str) -> tree.Expression:
    outcome = parse(SourceFile("", f"struct s {{ let it =\n{text}\n; }}\n"))
    if outcome.has_errors or outcome.value is None:
        raise UnreadableCondition(outcome.diagnostics[0].message)
    match outcome.value.items:
        case (tree.DescriptionDecl(members=(tree.LetDecl(value=value),)),):
            return value
        case _:
            raise UnreadableCondition("expected one expression")


@dataclass(frozen=True, slots=True)
class _ConditionReader:
    sender: Side
    receiver: Side
    constants: Mapping[str, int | bool]
    beyond: Mapping[str, str]  # what stands for words that are not the language's
    variables: Mapping[str, Variable] = field(default_factory=dict)

    def of(self, e: tree.Expression) -> Expr:
        match e:
            case tree.Parenthesized(inner=inner):
                return self.of(inner)
            case tree.IntegerLiteral(value=value):
                return make_literal(value)
            case tree.BoolLiteral(value=value):
                return TRUE if value else FALSE
            case tree.NameUse() | tree.SelfMember() | tree.Attribute() | tree.Index():
                there = _in_receiver(e)
                if there is None or "receiver" in find_member_names(self.sender.description):
                    return self._place(e)[0]
                place = replace(self, sender=self.receiver)._place(there)[0]
                path = find_path(place)
                if path is None:
                    raise UnreadableCondition("an index into the receiver's state is not constant")
                return ReceiverValue(type=place.type, path=path)
            case tree.CallExpr():
                return self._call(e)
            case tree.QuantifierExpr():
                return self._quantifier(e)
            case tree.UnaryExpr(operator="not", operand=operand):
                return not_(self.of(operand))
            case tree.UnaryExpr(operator=sign, operand=operand):
                operator = Operator.NEGATE if sign == "-" else Operator.INVERT
                operand_ = to_integer(self.of(operand))
                return fold_expression(Unary(type=INTEGER, operator=operator, operand=operand_))
            case tree.BinaryExpr():
                return self._binary(e)
            case tree.ConditionalExpr(condition=condition, yes=yes, no=no):
                return if_then_else(self.of(condition), self.of(yes), self.of(no))
            case _:
                assert_never(e)

    def _binary(self, e: tree.BinaryExpr) -> Expr:
        operator = _OPERATORS[e.operator]
        left, right = self.of(e.left), self.of(e.right)
        if operator is Operator.AND:
            return and_(left, right)
        if operator is Operator.OR:
            return or_(left, right)
        if operator in OPPOSITE:
            return make_comparison(operator, left, right)
        return make_arithmetic(operator, to_integer(left), to_integer(right))

    def _call(self, e: tree.CallExpr) -> Expr:
        name = e.function.text
        try:
            function = Function(name)
        except ValueError:
            raise UnreadableCondition(f"unknown function `{name}`") from None
        arguments = tuple(self.of(argument) for argument in e.arguments)
        return fold_expression(Call(type=INTEGER, function=function, arguments=arguments))

    def _quantifier(self, e: tree.QuantifierExpr) -> Expr:
        over = self._place(e.over)[0]
        name = e.variable.text
        variable = Variable(type=_element(over), name=name)
        inner = replace(self, variables={**self.variables, name: variable})
        return Quantifier(
            type=BOOL,
            quantity=Quantity(e.function.text),
            variable=variable.name,
            over=over,
            body=inner.of(e.body),
        )

    def _place(self, e: tree.Expression) -> tuple[Expr, Description | None]:
        """A place in the state, and the body that it is, where it is one."""
        match e:
            case tree.Parenthesized(inner=inner):
                return self._place(inner)
            case tree.NameUse(name=name) if name in self.variables:
                return self._open(self.variables[name])
            case tree.NameUse(name=name) if name in self.beyond:
                return parse_extern_presence(self.beyond[name]), None
            case tree.NameUse(name=name) if name in self.constants:
                return self._constant(name), None
            case tree.NameUse(name=name) | tree.SelfMember(name=name):
                return self._member(self.sender.description, None, name)
            case tree.Attribute(value=tree.NameUse(name=scope), name=name) if (
                f"{scope}.{name.text}" in self.constants
            ):
                return self._constant(f"{scope}.{name.text}"), None
            case tree.Attribute(value=before, name=name):
                value, body = self._place(before)
                if body is None:
                    raise UnreadableCondition(f"`{unparse_in_full(value)}` has no members")
                return self._member(body, value, name.text)
            case tree.Index(value=before, index=index):
                value = self._place(before)[0]
                return self._open(Item(type=_element(value), value=value, index=self.of(index)))
            case _:
                raise UnreadableCondition("only fields of the state have members and elements")

    def _constant(self, name: str) -> Expr:
        value = self.constants[name]
        type_: ValueType = BOOL if isinstance(value, bool) else INTEGER
        return Literal(type=type_, value=value, name=name)

    def _member(
        self, body: Description, value: Expr | None, name: str
    ) -> tuple[Expr, Description | None]:
        sub = next((each for each in body.subsections if each.name == name), None)
        type_ = find_member_type(body, name)
        if sub is not None:
            kind: ValueType = SubsectionValue(())
        elif type_ is not None:
            kind = find_value_type(type_, self.sender.schema)
        else:
            where = "" if value is None else f" in `{unparse_in_full(value)}`"
            raise UnreadableCondition(f"unknown name `{name}`{where}")
        if value is None:
            e: Expr = Member(type=kind, up=0, name=name)
        else:
            e = Select(type=kind, value=value, name=name)
        return (e, sub) if sub is not None else self._open(e)

    def _open(self, e: Expr) -> tuple[Expr, Description | None]:
        match e.type:
            case StructValue(name=name):
                return e, self.sender.schema.descriptions.get(name)
            case _:
                return e, None


def _in_receiver(e: tree.Expression) -> tree.Expression | None:
    """What stands behind `receiver.`"""
    match e:
        case tree.Attribute(value=tree.NameUse(name="receiver"), name=name):
            return tree.NameUse(name=name.text)
        case tree.Attribute(value=value) | tree.Index(value=value):
            inner = _in_receiver(value)
            return None if inner is None else replace(e, value=inner)
        case _:
            return None


def _element(e: Expr) -> ValueType:
    match e.type:
        case SequenceValue(element=element):
            return element
        case BytesValue():
            return IntValue(0, 255)
        case BitmapValue():
            return BOOL
        case _:
            raise UnreadableCondition(f"`{unparse_in_full(e)}` has no elements")
