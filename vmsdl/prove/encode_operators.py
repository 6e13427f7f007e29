"""Operators of expressions as formulas, whatever the operands read.

There are two kinds of expressions: those of a schema, in terms of their own body (`encode.py`), and
flattened ones, in terms of the top body (`encode_flat.py`). They differ in what a place is. An
operator means the same in both.
"""

from collections.abc import Callable
from typing import TypeAlias

from vmsdl.expr.nodes import Binary, Call, Conditional, Expr, Function, Operator, Unary
from vmsdl.prove.evaluate import compile_formula
from vmsdl.prove.formula import (
    FALSE,
    TRUE,
    BinaryFormula,
    Choice,
    Constant,
    Extreme,
    Formula,
    UnaryFormula,
    and_,
    not_,
    or_,
)

Encode: TypeAlias = Callable[[Expr], Formula]


def encode_operator(e: Unary | Binary | Conditional | Call, encode: Encode) -> Formula:
    """An operator over operands that `encode` encodes. `len` is none: it reads a place."""
    match e:
        case Unary(operator=Operator.NOT, operand=operand):
            return not_(encode(operand))
        case Unary(operator=operator, operand=operand):
            return fold_formula(UnaryFormula(operator, encode(operand)))
        case Binary(operator=Operator.AND):
            return and_(*map(encode, _collect_chain(e)))
        case Binary(operator=Operator.OR):
            return or_(*map(encode, _collect_chain(e)))
        case Binary(operator=operator, left=left, right=right):
            return fold_formula(BinaryFormula(operator, encode(left), encode(right)))
        case Call(function=function, arguments=arguments):
            terms = tuple(map(encode, arguments))
            return fold_formula(Extreme(function is Function.MAX, terms))
        case Conditional(condition=condition, yes=yes, no=no):
            return choose([(encode(condition), encode(yes)), (TRUE, encode(no))])


def _collect_chain(e: Binary) -> list[Expr]:
    """The operands of `a and b and c`: long chains must not take a call for each of them."""
    operands: list[Expr] = []
    stack: list[Expr] = [e]
    while stack:
        match stack.pop():
            case Binary(operator=operator, left=left, right=right) if operator is e.operator:
                stack += (right, left)
            case operand:
                operands.append(operand)
    return operands


def choose(alternatives: list[tuple[Formula, Formula]]) -> Formula:
    """The value of the first alternative whose condition holds; of the last where none does."""
    result = alternatives[-1][1]
    for condition, value in reversed(alternatives[:-1]):
        if condition == TRUE:
            result = value
        elif condition != FALSE:
            result = Choice(condition, value, result)
    return result


def fold_formula(formula: UnaryFormula | BinaryFormula | Extreme) -> Formula:
    """A formula of constants as a constant."""
    match formula:
        case UnaryFormula(operand=Constant()) | BinaryFormula(left=Constant(), right=Constant()):
            return Constant(compile_formula(formula, ())())
        case Extreme(terms=terms) if all(isinstance(each, Constant) for each in terms):
            return Constant(compile_formula(formula, ())())
        case _:
            return formula
