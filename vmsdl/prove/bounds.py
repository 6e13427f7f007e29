"""From a term and its domain to the range of its value: what a machine word must have room for."""

from typing import assert_never

from vmsdl.analysis import intervals
from vmsdl.analysis.intervals import ARITHMETIC, BIT, COMPARISONS, Interval, exactly
from vmsdl.expr.nodes import Operator
from vmsdl.prove.formula import (
    BinaryFormula,
    Choice,
    Constant,
    Domain,
    Extreme,
    Formula,
    FormulaVariable,
    Junction,
    UnaryFormula,
    in_order,
)

# These count as 0 where the language gives them no value.
_SHIFTS = frozenset({Operator.SHIFT_LEFT, Operator.SHIFT_RIGHT})
_AMOUNT = Interval(0, 63)
_PARTIAL = frozenset({Operator.DIVIDE, Operator.MODULO, Operator.SHIFT_LEFT, Operator.SHIFT_RIGHT})


def compute_bounds(term: Formula, domain: Domain) -> dict[int, Interval]:
    """The range of every part, by the part's identity; a truth value is 0 or 1."""
    found: dict[int, Interval] = {}
    for part in in_order(term):
        found[id(part)] = _extent(part, domain, found)
    return found


def _extent(part: Formula, domain: Domain, known: dict[int, Interval]) -> Interval:
    match part:
        case Constant(value=value):
            return exactly(int(value))
        case FormulaVariable(name=name):
            values = domain.variables[name]
            return Interval(values.low, values.high)
        case UnaryFormula(operator=Operator.NEGATE, operand=operand):
            return intervals.negate(known[id(operand)])
        case UnaryFormula(operator=Operator.INVERT, operand=operand):
            return intervals.invert(known[id(operand)])
        case BinaryFormula(operator=operator, left=left, right=right) if operator in ARITHMETIC:
            if operator in _SHIFTS and known[id(right)].meet(_AMOUNT).is_empty:
                return exactly(0)
            result = ARITHMETIC[operator](known[id(left)], known[id(right)])
            return result.join(exactly(0)) if operator in _PARTIAL else result
        case UnaryFormula(operand=operand):
            return intervals.subtract(exactly(1), known[id(operand)])
        case BinaryFormula(operator=operator, left=left, right=right):
            truth = COMPARISONS[operator](known[id(left)], known[id(right)])
            return BIT if truth is None else exactly(int(truth))
        case Junction(is_all=is_all, terms=terms):
            points = {known[id(each)].point for each in terms}
            if int(not is_all) in points:
                return exactly(int(not is_all))
            return exactly(int(is_all)) if points <= {int(is_all)} else BIT
        case Extreme(terms=terms):
            return _hull([known[id(each)] for each in terms])
        case Choice(yes=yes, no=no):
            return _hull([known[id(yes)], known[id(no)]])
        case _:
            assert_never(part)


def _hull(ranges: list[Interval]) -> Interval:
    result = ranges[0]
    for each in ranges[1:]:
        result = result.join(each)
    return result
