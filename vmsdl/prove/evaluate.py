"""From a formula to a function that gives its value in a state."""

from collections.abc import Callable
from typing import assert_never

from vmsdl.expr.nodes import Operator
from vmsdl.prove.formula import (
    BinaryFormula,
    Choice,
    Constant,
    Extreme,
    Formula,
    FormulaVariable,
    Junction,
    UnaryFormula,
    Value,
    in_order,
)

_BINARY = {
    Operator.MULTIPLY: "{0} * {1}",
    Operator.DIVIDE: "{0} // {1} if {1} else 0",
    Operator.MODULO: "{0} % {1} if {1} else 0",
    Operator.ADD: "{0} + {1}",
    Operator.SUBTRACT: "{0} - {1}",
    Operator.SHIFT_LEFT: "{0} << {1} if 0 <= {1} <= 63 else 0",
    Operator.SHIFT_RIGHT: "{0} >> {1} if 0 <= {1} <= 63 else 0",
    Operator.AND_BITS: "{0} & {1}",
    Operator.XOR_BITS: "{0} ^ {1}",
    Operator.OR_BITS: "{0} | {1}",
    Operator.EQUAL: "{0} == {1}",
    Operator.NOT_EQUAL: "{0} != {1}",
    Operator.LESS: "{0} < {1}",
    Operator.LESS_EQUAL: "{0} <= {1}",
    Operator.GREATER: "{0} > {1}",
    Operator.GREATER_EQUAL: "{0} >= {1}",
    Operator.AND: "{0} and {1}",
    Operator.OR: "{0} or {1}",
}
_UNARY = {Operator.NEGATE: "-{0}", Operator.INVERT: "~{0}", Operator.NOT: "not {0}"}


def compile_formula(term: Formula, names: tuple[str, ...]) -> Callable[..., Value]:
    """A function of these variables, in this order. Thousands of states are asked of it."""
    # One line for a part: no depth of a formula is too deep for Python's parser.
    places = {name: f"v{number}" for number, name in enumerate(names)}
    lines: list[str] = []
    written: dict[int, str] = {}
    for part in in_order(term):
        text = _text(part, written, places)
        if isinstance(part, Constant | FormulaVariable):
            written[id(part)] = text
        else:
            written[id(part)] = f"t{len(lines)}"
            lines.append(f" t{len(lines)} = {text}\n")
    head = f"def f({', '.join(places.values())}):\n"
    scope: dict[str, Callable[..., Value]] = {}
    exec(f"{head}{''.join(lines)} return {written[id(term)]}\n", scope)
    return scope["f"]


def _text(part: Formula, written: dict[int, str], places: dict[str, str]) -> str:
    match part:
        case Constant(value=value):
            # In hexadecimal: Python reads decimals of a few thousand digits no more.
            return str(value) if isinstance(value, bool) else f"({value:#x})"
        case FormulaVariable(name=name):
            return places[name]
        case UnaryFormula(operator=operator, operand=operand):
            return _UNARY[operator].format(written[id(operand)])
        case BinaryFormula(operator=operator, left=left, right=right):
            return _BINARY[operator].format(written[id(left)], written[id(right)])
        case Junction(is_all=is_all, terms=terms):
            if not terms:
                return str(is_all)
            return (" and " if is_all else " or ").join(written[id(each)] for each in terms)
        case Extreme(is_largest=is_largest, terms=terms):
            inner = ", ".join(written[id(each)] for each in terms)
            return f"{'max' if is_largest else 'min'}(({inner},))"
        case Choice(condition=condition, yes=yes, no=no):
            return f"{written[id(yes)]} if {written[id(condition)]} else {written[id(no)]}"
        case _:
            assert_never(part)
