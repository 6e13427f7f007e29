"""An expression in which some values are known: folded as far as they decide it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from vmsdl.expr.fold import fold_constant
from vmsdl.expr.nodes import (
    BOOL,
    INTEGER,
    Binary,
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
    ReceiverValue,
    Select,
    Unary,
    Variable,
    Version,
)


def simplify(e: Expr, version: int | None, known: Mapping[str, int | bool] | None = None) -> Expr:
    """`known`: values of the innermost body's members, by name."""
    known = known or {}
    match e:
        case Literal() | ElementIndex() | Variable() | ExternPresence() | ReceiverValue():
            return e
        case Version():
            return e if version is None else _make_literal(version)
        case Member(up=0, name=name) if name in known:
            return _make_literal(known[name])
        case Member():
            return e
        case Let(value=value):
            inner = simplify(value, version, known)
            return e if inner == value else inner
        case Select(value=value):
            return replace(e, value=simplify(value, version, known))
        case Item(value=value, index=index):
            inner = simplify(value, version, known)
            return replace(e, value=inner, index=simplify(index, version, known))
        case Unary(operand=operand):
            return _fold_if_changed(e, replace(e, operand=simplify(operand, version, known)))
        case Binary(left=left, right=right):
            first = simplify(left, version, known)
            second = simplify(right, version, known)
            return _simplify_junction(e, replace(e, left=first, right=second))
        case Call(arguments=arguments):
            inside = tuple(simplify(a, version, known) for a in arguments)
            return _fold_if_changed(e, replace(e, arguments=inside))
        case Quantifier(over=over, body=body):
            return replace(
                e,
                over=simplify(over, version, known),
                body=simplify(body, version, known),
            )
        case Conditional(condition=condition, yes=yes, no=no):
            test = simplify(condition, version, known)
            chosen = fold_constant(test) if test != condition else None
            first = simplify(yes, version, known)
            second = simplify(no, version, known)
            if chosen is not None:
                return first if chosen else second
            return replace(e, condition=test, yes=first, no=second)
        case _:
            assert_never(e)


def _make_literal(value: int | bool) -> Expr:
    return Literal(type=BOOL if isinstance(value, bool) else INTEGER, value=value)


def _fold_if_changed(before: Expr, after: Expr) -> Expr:
    """The value where there is one now. What was constant before stays as the author wrote it."""
    value = fold_constant(after) if after != before else None
    return after if value is None else _make_literal(value)


def _simplify_junction(before: Binary, after: Binary) -> Expr:
    if after == before or after.operator not in (Operator.AND, Operator.OR):
        return _fold_if_changed(before, after)
    decides = after.operator is Operator.OR
    left, right = fold_constant(after.left), fold_constant(after.right)
    if left is decides or right is decides:
        return _make_literal(decides)
    if left is not None:
        return after.right
    if right is not None:
        return after.left
    return after
