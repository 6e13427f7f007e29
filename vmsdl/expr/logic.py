"""Conditions and values made of others, folded as far as they are constant."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias, assert_never

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import (
    BOOL,
    INTEGER,
    OPPOSITE,
    Binary,
    BoolValue,
    Call,
    Conditional,
    ElementIndex,
    Expr,
    ExternPresence,
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
    children,
    with_children,
)

# A place in a state, from the top body down: names, and numbers of elements.
FieldPath: TypeAlias = tuple[str | int, ...]

TRUE = Literal(type=BOOL, value=True)
FALSE = Literal(type=BOOL, value=False)


def make_literal(value: int | bool) -> Expr:
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return Literal(type=INTEGER, value=value)


def is_true(e: Expr) -> bool:
    return isinstance(e, Literal) and e.value is True


def is_false(e: Expr) -> bool:
    return isinstance(e, Literal) and e.value is False


def and_(*conditions: Expr) -> Expr:
    """All of them, each once."""
    # Most guards are true: they are passed over before anything is made.
    conditions = tuple(each for each in conditions if each is not TRUE)
    if not conditions:
        return TRUE
    parts: dict[Expr, None] = {}
    for condition in conditions:
        for part in collect_operands(condition, Operator.AND):
            parts[part] = None
    parts.pop(TRUE, None)
    if FALSE in parts or any(not_(part) in parts for part in parts):
        return FALSE
    return _join(Operator.AND, parts, TRUE)


def drop_known(condition: Expr, known: Expr) -> Expr:
    """The condition where `known` holds: without the parts that it has too."""
    parts = set(collect_operands(known, Operator.AND))
    return and_(*(p for p in collect_operands(condition, Operator.AND) if p not in parts))


def or_(*conditions: Expr) -> Expr:
    parts: dict[Expr, None] = {}
    for condition in conditions:
        for part in collect_operands(condition, Operator.OR):
            parts[part] = None
    parts.pop(FALSE, None)
    if TRUE in parts or any(not_(part) in parts for part in parts):
        return TRUE
    return _join(Operator.OR, _drop_implied(parts), FALSE)


_MOST_COMPARED = 64  # operands of an `or`; comparing more takes too long


def _drop_implied(parts: Iterable[Expr]) -> list[Expr]:
    """`a or a and b` is `a`."""
    operands = {part: frozenset(collect_operands(part, Operator.AND)) for part in parts}
    several = [needs for needs in operands.values() if len(needs) > 1]
    compared = several if len(several) <= _MOST_COMPARED else []
    return [
        part
        for part, needs in operands.items()
        if len(needs) == 1
        or not (any(need in operands for need in needs) or any(other < needs for other in compared))
    ]


def _join(operator: Operator, parts: Iterable[Expr], empty: Expr) -> Expr:
    joined: Expr | None = None
    for part in parts:
        joined = (
            part
            if joined is None
            else Binary(type=BOOL, operator=operator, left=joined, right=part)
        )
    return empty if joined is None else joined


def collect_operands(e: Expr, operator: Operator) -> list[Expr]:
    """What one operator joins, such as all that an `and` asks for."""
    found: list[Expr] = []
    stack = [e]
    while stack:
        match stack.pop():
            case Binary(operator=own, left=left, right=right) if own is operator:
                stack += (right, left)
            case Let(value=value):
                stack.append(value)
            case part:
                found.append(part)
    return found


@lru_cache(maxsize=1 << 14)
def not_(e: Expr) -> Expr:
    match e:
        case Literal(value=value):
            return FALSE if value else TRUE
        case Let(value=value):
            return not_(value)
        case Unary(operator=Operator.NOT, operand=operand):
            return operand
        case Binary(operator=operator, left=left, right=right) if operator in OPPOSITE:
            return Binary(type=BOOL, operator=OPPOSITE[operator], left=left, right=right)
        case Binary(operator=Operator.AND):
            return or_(*(not_(part) for part in collect_operands(e, Operator.AND)))
        case Binary(operator=Operator.OR):
            return and_(*(not_(part) for part in collect_operands(e, Operator.OR)))
        case Quantifier(quantity=quantity, body=body):
            other = Quantity.ALL if quantity is Quantity.ANY else Quantity.ANY
            return replace(e, quantity=other, body=not_(body))
        case _:
            return Unary(type=BOOL, operator=Operator.NOT, operand=e)


def make_comparison(operator: Operator, left: Expr, right: Expr) -> Expr:
    """A comparison of two integers, or of two bools."""
    if left == right:
        return make_literal(
            operator in (Operator.EQUAL, Operator.LESS_EQUAL, Operator.GREATER_EQUAL)
        )
    if is_bool(left) != is_bool(right):
        left, right = to_integer(left), to_integer(right)
    elif is_bool(left) and operator in (Operator.EQUAL, Operator.NOT_EQUAL):
        for side, other in ((left, right), (right, left)):
            if isinstance(other, Literal):
                is_same = bool(other.value) == (operator is Operator.EQUAL)
                return side if is_same else not_(side)
            parts = collect_operands(other, Operator.AND)
            if side in parts:  # `a != (a and b)` is `a and not b`
                differs = and_(side, not_(and_(*(part for part in parts if part != side))))
                return differs if operator is Operator.NOT_EQUAL else not_(differs)
    is_equality = operator in (Operator.EQUAL, Operator.NOT_EQUAL)
    if is_equality and (_is_shifted(left, right) or _is_shifted(right, left)):
        return make_literal(operator is Operator.NOT_EQUAL)
    for side, other, is_left in ((left, right, True), (right, left, False)):
        if isinstance(side, Conditional):
            yes, no = (
                (
                    make_comparison(operator, each, other)
                    if is_left
                    else make_comparison(operator, other, each)
                )
                for each in (side.yes, side.no)
            )
            if isinstance(yes, Literal) or isinstance(no, Literal):
                return if_then_else(side.condition, yes, no)
    return fold_expression(Binary(type=BOOL, operator=operator, left=left, right=right))


def _is_shifted(e: Expr, other: Expr) -> bool:
    """Whether it is the other one plus or minus a number that is not 0."""
    match e:
        case Binary(operator=Operator.ADD | Operator.SUBTRACT, left=left, right=Literal(value=by)):
            return left == other and by != 0
        case _:
            return False


def is_bool(e: Expr) -> bool:
    return isinstance(e.type, BoolValue)


def to_integer(e: Expr) -> Expr:
    """1 for true, 0 for false, as on the wire."""
    if not is_bool(e):
        return e
    if isinstance(e, Literal):
        return make_literal(int(e.value))
    return Conditional(type=INTEGER, condition=e, yes=make_literal(1), no=make_literal(0))


def if_then_else(condition: Expr, yes: Expr, no: Expr) -> Expr:
    if is_true(condition) or yes == no:
        return yes
    if is_false(condition):
        return no
    if is_bool(yes) != is_bool(no):
        yes, no = to_integer(yes), to_integer(no)
    elif is_bool(yes) and isinstance(yes, Literal):
        return or_(condition, no) if yes.value else and_(not_(condition), no)
    elif is_bool(yes) and isinstance(no, Literal):
        return or_(not_(condition), yes) if no.value else and_(condition, yes)
    return Conditional(type=yes.type, condition=condition, yes=yes, no=no)


def make_arithmetic(operator: Operator, left: Expr, right: Expr) -> Expr:
    return fold_expression(Binary(type=INTEGER, operator=operator, left=left, right=right))


def fold_expression(e: Expr) -> Expr:
    value = fold_constant(e)
    if value is None:
        return e
    return make_literal(bool(value) if is_bool(e) else value)


def depends_on_extern(e: Expr) -> bool:
    """Whether it depends on what only the running machine knows, as an `extern` condition does."""
    stack: list[tuple[Expr, frozenset[str]]] = [(e, frozenset())]
    while stack:
        part, elements = stack.pop()
        match part:
            case Variable(name=name):
                if name not in elements:
                    return True
            case ExternPresence():
                return True
            case Quantifier(variable=variable, over=over, body=body):
                stack += [(over, elements), (body, elements | {variable})]
            case _:
                stack += [(child, elements) for child in children(part)]
    return False


def exists(over: Expr, variable: str, body: Expr) -> Expr:
    """One of the elements satisfies the body, which reads the element as a variable.

    The variable gets another name where the body reads a member of that name.
    """
    if is_false(body):
        return FALSE
    name = variable
    while name in {part.name for part in collect_parts(body) if isinstance(part, Member)}:
        name += "_"
    if name != variable:
        body = _rename_variable(body, variable, name)
    return Quantifier(type=BOOL, quantity=Quantity.ANY, variable=name, over=over, body=body)


def _rename_variable(e: Expr, variable: str, name: str) -> Expr:
    if isinstance(e, Variable):
        return replace(e, name=name) if e.name == variable else e
    return with_children(e, lambda child: _rename_variable(child, variable, name))


def count_nodes(e: Expr, most: int | None = None) -> int:
    """How many nodes it has. Where it has more than `most`, counting ends: the result is larger."""
    found = 0
    stack = [e]
    while stack and (most is None or found <= most):
        found += 1
        stack += children(stack.pop())
    return found


def find_path(e: Expr) -> FieldPath | None:
    """The place in one body that an expression reads.

    None where it reads no place, or where the index decides which one. Owners play no part: see
    `analysis.facts.find_fact_key` for places of several bodies.
    """
    match e:
        case Member(name=name):
            return (name,)
        case Select(value=value, name=name):
            key = find_path(value)
            return None if key is None else (*key, name)
        case Item(value=value, index=Literal(value=index)):
            key = find_path(value)
            return None if key is None else (*key, int(index))
        case Let(value=value):
            return find_path(value)
        case _:
            return None


def map_places(e: Expr, place: Callable[[Expr], Expr]) -> Expr:
    """The expression with each place that it reads replaced, and folded again."""
    match e:
        case Literal() | Version() | ElementIndex():
            return e
        case Member() | Select() | Item() | Variable() | ExternPresence() | ReceiverValue():
            return place(e)
        case Let(value=value):
            return map_places(value, place)
        case Unary(operator=Operator.NOT, operand=operand):
            return not_(map_places(operand, place))
        case Unary(operand=operand):
            return fold_expression(replace(e, operand=map_places(operand, place)))
        case Binary(operator=Operator.AND):
            return and_(*(map_places(part, place) for part in collect_operands(e, Operator.AND)))
        case Binary(operator=Operator.OR):
            return or_(*(map_places(part, place) for part in collect_operands(e, Operator.OR)))
        case Binary(operator=operator, left=left, right=right) if operator in OPPOSITE:
            return make_comparison(operator, map_places(left, place), map_places(right, place))
        case Binary(left=left, right=right):
            first, second = to_integer(map_places(left, place)), to_integer(
                map_places(right, place)
            )
            return fold_expression(replace(e, left=first, right=second))
        case Call(arguments=arguments):
            return fold_expression(
                replace(e, arguments=tuple(map_places(a, place) for a in arguments))
            )
        case Quantifier(over=over, body=body):
            return replace(e, over=map_places(over, place), body=map_places(body, place))
        case Conditional(condition=condition, yes=yes, no=no):
            return if_then_else(
                map_places(condition, place), map_places(yes, place), map_places(no, place)
            )
        case _:
            assert_never(e)


Gate: TypeAlias = frozenset[Expr]


def collect_parts(expression: Expr) -> tuple[Expr, ...]:
    """Every part of an expression once, however many lets share it."""
    seen: dict[int, Expr] = {}
    stack = [expression]
    while stack:
        part = stack.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            stack += children(part)
    return tuple(seen.values())


def reads_index(expression: Expr) -> bool:
    """Whether it depends on which element it is about."""
    return any(isinstance(part, ElementIndex) for part in collect_parts(expression))


def collect_conjuncts(condition: Expr) -> Gate:
    """The conditions that all hold where this one does."""
    return frozenset(collect_operands(condition, Operator.AND))
