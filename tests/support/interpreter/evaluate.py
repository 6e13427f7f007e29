"""From an expression and the objects it may read to its value."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, assert_never

from vmsdl.expr.nodes import (
    Binary,
    BitmapValue,
    Call,
    Conditional,
    ElementIndex,
    Expr,
    ExternPresence,
    Function,
    Item,
    Let,
    Literal,
    Member,
    Operator,
    Quantifier,
    Quantity,
    ReceiverValue,
    Select,
    Unary,
    Variable,
    Version,
)
from vmsdl.schema.description import Description, Local, Property, Schema
from vmsdl.schema.types import Array, Bitmap, ListType, StructType, Type

State: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Refusal(Exception):
    """Why bytes or a state are refused; `offset` is None on save."""

    path: str
    offset: int | None
    reason: str
    message: str = field(default="", compare=False)


class CannotEvaluate(Exception):
    """An index outside its array, a negative length: there is no value."""


@dataclass(frozen=True)
class Body:
    """An object and what describes it."""

    description: Description
    state: State


@dataclass(frozen=True)
class Scope:
    """What an expression may read: its body, then the owners outwards; and the version."""

    schema: Schema
    bodies: tuple[Body, ...]
    version: int
    index: int = 0
    variables: tuple[tuple[str, "Place"], ...] = ()
    # How an absent subsection, field or pointer reads; given by `states`, which builds objects.
    absent_subsection: "Callable[[Description, Scope], State] | None" = None
    absent_value: "Callable[[Type, Scope], Any] | None" = None

    @property
    def description(self) -> Description:
        return self.bodies[0].description

    @property
    def state(self) -> State:
        return self.bodies[0].state


def evaluate(expression: Expr, scope: Scope) -> Any:
    match expression:
        case Literal(value=value):
            return value
        case Let(value=value):
            return evaluate(value, scope)
        case Version():
            return scope.version
        case ElementIndex():
            return scope.index
        case Variable(name=name):
            return dict(scope.variables)[name][0]
        case Member() | Select() | Item():
            return read(expression, scope)[0]
        case Unary(operator=operator, operand=operand):
            return unary(operator, evaluate(operand, scope))
        case Binary(operator=Operator.AND, left=left, right=right):
            return evaluate(left, scope) and evaluate(right, scope)
        case Binary(operator=Operator.OR, left=left, right=right):
            return evaluate(left, scope) or evaluate(right, scope)
        case Binary(operator=operator, left=left, right=right):
            return binary(operator, evaluate(left, scope), evaluate(right, scope))
        case Call(function=Function.LEN, arguments=(argument,)):
            return length(argument, scope)
        case Call(function=Function.MIN, arguments=arguments):
            return min(evaluate(a, scope) for a in arguments)
        case Call(function=Function.MAX, arguments=arguments):
            return max(evaluate(a, scope) for a in arguments)
        case Call():
            raise AssertionError(f"len takes one argument: {expression}")
        case Quantifier(quantity=quantity, variable=name, over=over, body=body):
            for item in elements(over, scope):
                holds = evaluate(body, replace(scope, variables=(*scope.variables, (name, item))))
                if holds == (quantity is Quantity.ANY):
                    return holds
            return quantity is Quantity.ALL
        case Conditional(condition=condition, yes=yes, no=no):
            return evaluate(yes if evaluate(condition, scope) else no, scope)
        case ExternPresence() | ReceiverValue():
            raise CannotEvaluate("only comparisons make this node")
    assert_never(expression)


def unary(operator: Operator, value: Any) -> Any:
    match operator:
        case Operator.NEGATE:
            return -value
        case Operator.INVERT:
            return ~value
        case Operator.NOT:
            return not value
    raise AssertionError(operator)


def binary(operator: Operator, left: Any, right: Any) -> Any:
    match operator:
        case Operator.MULTIPLY:
            return left * right
        case Operator.DIVIDE | Operator.MODULO if right == 0:
            raise CannotEvaluate("division by zero")
        case Operator.DIVIDE:
            return left // right
        case Operator.MODULO:
            return left % right
        case Operator.ADD:
            return left + right
        case Operator.SUBTRACT:
            return left - right
        case Operator.SHIFT_LEFT | Operator.SHIFT_RIGHT if not 0 <= right <= 63:
            raise CannotEvaluate(f"shift by {right}")
        case Operator.SHIFT_LEFT:
            return left << right
        case Operator.SHIFT_RIGHT:
            return left >> right
        case Operator.AND_BITS:
            return left & right
        case Operator.XOR_BITS:
            return left ^ right
        case Operator.OR_BITS:
            return left | right
        case Operator.EQUAL:
            return left == right
        case Operator.NOT_EQUAL:
            return left != right
        case Operator.LESS:
            return left < right
        case Operator.LESS_EQUAL:
            return left <= right
        case Operator.GREATER:
            return left > right
        case Operator.GREATER_EQUAL:
            return left >= right
    raise AssertionError(operator)


# Reading objects. A place is a value with its type and the scope that its type's lengths are in;
# only a bitmap needs those two, for the number of its bits is nowhere in its value.
Place: TypeAlias = tuple[Any, "Type | Description | None", Scope]


def read(expression: Expr, scope: Scope) -> Place:
    match expression:
        case Let(value=value):
            return read(value, scope)
        case Variable(name=name):
            return dict(scope.variables)[name]
        case Member(up=up, name=name):
            return member(name, replace(scope, bodies=scope.bodies[up:]))
        case Select(value=value, name=name):
            holder, type_, inner = read(value, scope)
            match type_:
                case Description():  # a subsection; its owners are those of the place it stands in
                    body = Body(type_, holder)
                    return member(name, replace(inner, bodies=(body, *inner.bodies)))
                case StructType(name=struct, version=version):
                    body = Body(scope.schema.descriptions[struct], holder)
                    version = body.description.version_id if version is None else version
                    return member(name, replace(inner, bodies=(body,), version=version))
            raise AssertionError(f"{type_} has no members")
        case Item(value=value, index=index):
            holder, type_, inner = read(value, scope)
            number = evaluate(index, scope)
            if isinstance(value.type, BitmapValue):
                assert isinstance(type_, Bitmap)
                if not 0 <= number < evaluate(type_.bits, inner):
                    raise CannotEvaluate(f"bit {number} of a bitmap")
                return bool(holder >> number & 1), None, inner
            if not 0 <= number < len(holder):
                raise CannotEvaluate(f"element {number} of {len(holder)}")
            return element(holder[number], type_, inner)
        case _:
            return evaluate(expression, scope), None, scope


def member(name: str, scope: Scope) -> Place:
    description, state = scope.description, scope.state
    for subsection in description.subsections:
        if subsection.name == name:
            value = state.get(name)
            if value is None:
                assert scope.absent_subsection is not None
                value = scope.absent_subsection(subsection, scope)
            return value, subsection, scope
    declared = next(f for f in declarations(description) if f.name == name)
    value = state[name]
    if value is None:  # an `extern` field that is not there
        if declared.default is not None:
            return evaluate(declared.default, scope), declared.type, scope
        assert scope.absent_value is not None
        value = scope.absent_value(declared.type, scope)
    return value, declared.type, scope


def declarations(description: Description) -> "tuple[Any, ...]":
    """Everything with a name and a type: fields, locals, properties."""
    settings: tuple[Local | Property, ...] = (*description.properties, *description.locals)
    return (*settings, *description.fields)


def element(value: Any, type_: "Type | Description | None", scope: Scope) -> Place:
    match type_:
        case Array(element=inner) | ListType(element=inner):
            if value is None:  # a null pointer reads as its zero
                assert scope.absent_value is not None
                value = scope.absent_value(inner, scope)
            return value, inner, scope
        case _:  # a byte of a buffer
            return value, None, scope


def elements(over: Expr, scope: Scope) -> list[Place]:
    holder, type_, inner = read(over, scope)
    if isinstance(over.type, BitmapValue):
        assert isinstance(type_, Bitmap)
        count = evaluate(type_.bits, inner)
        return [(bool(holder >> i & 1), None, inner) for i in range(count)]
    return [element(value, type_, inner) for value in holder]


def length(over: Expr, scope: Scope) -> int:
    holder, type_, inner = read(over, scope)
    if isinstance(over.type, BitmapValue):
        assert isinstance(type_, Bitmap)
        bits: int = evaluate(type_.bits, inner)
        return bits
    return len(holder)
