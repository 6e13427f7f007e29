"""From a formula to a state that satisfies it, by z3, in machine words too wide to wrap.

The integers of the language have no width, and z3's own unbounded ones have no bits. But every
variable has a range, so every part of a formula has one (`extent`), and its word has room for all
of it and a sign. An operation is done in words one bit wider than its operands and its result need:
word arithmetic gives the true result modulo a power of two, the true result lies in the range, the
range in the word, and so the word holds the true result itself, also when it is cut to the width of
the result. By induction over its parts a formula has in words the truth that it has in integers.
(The bit more is for the division, which rounds down by way of `left - left % right`.)
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import Any, assert_never

from vmsdl.analysis.intervals import Interval
from vmsdl.expr.nodes import Operator
from vmsdl.prove.bounds import compute_bounds
from vmsdl.prove.budget import Budget, Work
from vmsdl.prove.formula import (
    COMPARISONS,
    BinaryFormula,
    Choice,
    Constant,
    Domain,
    Extreme,
    Formula,
    FormulaVariable,
    Junction,
    UnaryFormula,
    Value,
    in_order,
    operands,
)
from vmsdl.prove.result import UNSATISFIABLE, Result, Satisfied, Undecided
from vmsdl.prove.undecided import UndecidedReason, make_undecided

# A measure of z3's work, not of time: the same question has the same answer on every machine.
EFFORT = 300_000
_WIDEST = 600


@cache
def _load_z3() -> ModuleType:
    # Imported when the first question needs it: most schemas ask none.
    import z3  # type: ignore[import-untyped]

    return z3  # type: ignore[no-any-return]


def search(
    term: Formula, names: Sequence[str], domain: Domain, effort: int, budget: Budget
) -> Result:
    """The smallest state, as `small.search` finds it; `Open` where it takes too much work."""
    z3 = _load_z3()
    ranges = compute_bounds(term, domain)
    bounds = [bound for each in ranges.values() for bound in (each.low, each.high)]
    if None in bounds:
        return make_undecided(UndecidedReason.UNBOUNDED_NUMBERS)
    width = max((int(bound).bit_length() for bound in bounds if bound is not None), default=0)
    if width > _WIDEST:
        return make_undecided(UndecidedReason.WIDE_NUMBERS, width)
    most = min(effort, budget.find_most(Work.SOLVER))
    if not most:
        return make_undecided(UndecidedReason.BUDGET_SPENT)
    found = _Search(z3, term, names, domain, ranges, most)
    result = found.smallest()
    budget.spend(Work.SOLVER, found.count_work())
    return result


class _GaveUp(Exception):
    """A question on the way took too much work."""


class _Search:
    """One formula in z3's words."""

    def __init__(
        self,
        z3: ModuleType,
        term: Formula,
        names: Sequence[str],
        domain: Domain,
        ranges: Mapping[int, Interval],
        effort: int,
    ) -> None:
        self.z3: Any = z3
        self.ranges = ranges
        self.names = names
        self.domain = domain
        context = z3.Context()  # of its own: what was asked before must not change the answer
        self.context = context
        self.solver = z3.SolverFor("QF_BV", ctx=context)
        self.solver.set("rlimit", effort)
        self.words = {name: self._variable(name) for name in names}
        self.away = {name: self._is_away(name) for name in names}
        self.solver.add(self._encode(term))

    def smallest(self) -> Result:
        """As near to reset as can be: how many differ, then which, then by how much."""
        state = self._state()
        if not isinstance(state, dict):
            return state
        found = [state]
        try:
            for nearer in self._nearer(state):
                found.append(nearer)  # what was found before it gave up is kept
        except _GaveUp:
            return Satisfied(self._moved(found[-1]), is_smallest=False)
        return Satisfied(self._moved(found[-1]))

    def count_work(self) -> int:
        """In the solver's own units."""
        return int(self.solver.statistics().get_key_value("rlimit count"))

    def _nearer(self, state: dict[str, Value]) -> Iterator[dict[str, Value]]:
        """Better and better states; the last one is the smallest."""
        most = len(self._moved(state))
        for size in range(most):
            nearer = self._sure_state(self._at_most(size))
            if nearer is not None:
                state, most = nearer, size
                yield state
                break
        self.solver.add(self._at_most(most))
        for name in self.names:
            # The first ones that can differ do, and then by the least that will do.
            left = len(self._moved(state).keys() - set(self.names[: self.names.index(name)]))
            away = self._sure_state(self.away[name]) if left else None
            self.solver.add(self.away[name] if away else self.z3.Not(self.away[name]))
            if away is not None:
                state = away
                yield state
        for name in self._moved(state):
            if not self.domain.variables[name].is_bool:
                for less in self._less(name, state):
                    yield (state := less)

    def _moved(self, state: dict[str, Value]) -> dict[str, Value]:
        variables = self.domain.variables
        return {name: value for name, value in state.items() if value != variables[name].default}

    def _sure_state(self, *more: Any) -> dict[str, Value] | None:
        result = self._state(*more)
        if isinstance(result, Undecided):
            raise _GaveUp
        return result if isinstance(result, dict) else None

    def _less(self, name: str, state: dict[str, Value]) -> Iterator[dict[str, Value]]:
        """Simpler and simpler values of one variable; the last one stays from here on."""
        word = self.words[name]
        if state[name] < 0:
            state = self._sure_state(word >= 0) or state
        is_negative = state[name] < 0
        self.solver.add(word < 0 if is_negative else word >= 0)
        low, high = int(is_negative), abs(int(state[name]))
        while low < high:
            middle = (low + high) // 2
            bound = word >= -middle if is_negative else word <= middle
            nearer = self._sure_state(bound)
            if nearer is None:
                low = middle + 1
            else:
                state, high = nearer, abs(int(nearer[name]))
                yield state
        self.solver.add(word == (-high if is_negative else high))
        yield state

    def _state(self, *more: Any) -> "dict[str, Value] | Result":
        """Some state under more conditions, whole."""
        found = self.solver.check(*more)
        if found == self.z3.unsat:
            return UNSATISFIABLE
        if found != self.z3.sat:
            return make_undecided(UndecidedReason.SOLVER_GAVE_UP)
        model = self.solver.model()
        state: dict[str, Value] = {}
        for name, word in self.words.items():
            value = model.eval(word, model_completion=True)
            is_bool = self.domain.variables[name].is_bool
            state[name] = self.z3.is_true(value) if is_bool else value.as_signed_long()
        return state

    def _at_most(self, size: int) -> Any:
        if size >= len(self.names):
            return self.z3.BoolVal(True, ctx=self.context)
        if not size:
            return self.z3.Not(self.z3.Or(*self.away.values(), self._false()))
        return self.z3.AtMost(*self.away.values(), size)

    def _false(self) -> Any:
        return self.z3.BoolVal(False, ctx=self.context)

    def _variable(self, name: str) -> Any:
        z3, values = self.z3, self.domain.variables[name]
        if values.is_bool:
            word = z3.Bool(name, ctx=self.context)
            if values.low == values.high:
                self.solver.add(word == bool(values.low))
            return word
        word = z3.BitVec(name, _width(values.low, values.high), ctx=self.context)
        self.solver.add(word >= values.low, word <= values.high)
        if values.allowed is not None:
            allowed = [word == value for value in values.allowed if value in values]
            self.solver.add(z3.Or(*allowed, self._false()))
        if values.bits is not None:
            self.solver.add(word & ~values.bits == 0)
        return word

    def _is_away(self, name: str) -> Any:
        values, word = self.domain.variables[name], self.words[name]
        if values.is_bool:
            return word != bool(values.default)
        if not values.low <= values.default <= values.high:
            return self.z3.Not(self._false())  # the word has no room for what it cannot be
        return word != values.default

    def _word(self, number: int) -> Any:
        return self.z3.BitVecVal(number, _width(number, number), ctx=self.context)

    def _fit(self, word: Any, width: int) -> Any:
        """The same number in another width."""
        size = word.size()
        if size < width:
            return self.z3.SignExt(width - size, word)
        return word if size == width else self.z3.Extract(width - 1, 0, word)

    def _encode(self, term: Formula) -> Any:
        known: dict[int, Any] = {}
        for part in in_order(term):
            known[id(part)] = self._encode_part(part, known)
        return known[id(term)]

    def _encode_part(self, part: Formula, known: dict[int, Any]) -> Any:
        z3 = self.z3
        match part:
            case Constant(value=bool(value)):
                return z3.BoolVal(value, ctx=self.context)
            case Constant(value=value):
                return self._word(value)
            case FormulaVariable(name=name):
                return self.words[name]
            case UnaryFormula(operator=Operator.NOT, operand=operand):
                return z3.Not(known[id(operand)])
            case Junction(is_all=is_all, terms=terms):
                words = [known[id(each)] for each in terms]
                joined = z3.And if is_all else z3.Or
                return joined(*words, z3.BoolVal(is_all, ctx=self.context))
            case BinaryFormula(operator=operator, left=left, right=right) if (
                operator in COMPARISONS
            ):
                one, other = known[id(left)], known[id(right)]
                if not z3.is_bool(one):
                    wider = max(one.size(), other.size())
                    one, other = self._fit(one, wider), self._fit(other, wider)
                return _compared(operator, one, other)
            case Choice(condition=condition, yes=yes, no=no):
                one, other = known[id(yes)], known[id(no)]
                if not z3.is_bool(one):
                    wider = max(one.size(), other.size())
                    one, other = self._fit(one, wider), self._fit(other, wider)
                return z3.If(known[id(condition)], one, other)
            case UnaryFormula() | BinaryFormula() | Extreme():
                return self._integer(part, [known[id(each)] for each in operands(part)])
            case _:
                assert_never(part)

    def _integer(self, part: UnaryFormula | BinaryFormula | Extreme, words: list[Any]) -> Any:
        z3 = self.z3
        bounds = self.ranges[id(part)]
        assert bounds.low is not None
        assert bounds.high is not None
        needed = _width(bounds.low, bounds.high)
        wide = max(needed, *(word.size() for word in words)) + 1
        first, *rest = (self._fit(word, wide) for word in words)
        match part:
            case UnaryFormula(operator=operator):
                result = -first if operator is Operator.NEGATE else ~first
            case Extreme(is_largest=is_largest):
                result = first
                for each in rest:
                    result = z3.If(each > result if is_largest else each < result, each, result)
            case BinaryFormula(operator=operator):
                result = self._computed(operator, first, rest[0])
        return self._fit(result, needed)

    def _computed(self, operator: Operator, left: Any, right: Any) -> Any:
        z3 = self.z3
        zero = left ^ left
        match operator:
            case Operator.MULTIPLY:
                return left * right
            case Operator.DIVIDE:
                return z3.If(right == zero, zero, (left - left % right) / right)
            case Operator.MODULO:
                return z3.If(right == zero, zero, left % right)
            case Operator.ADD:
                return left + right
            case Operator.SUBTRACT:
                return left - right
            case Operator.SHIFT_LEFT | Operator.SHIFT_RIGHT:
                most = z3.BitVecVal(63, max(left.size(), 7), ctx=self.context)
                amount = self._fit(right, max(left.size(), 7))
                is_left = operator is Operator.SHIFT_LEFT
                shifted = left << right if is_left else left >> right
                return z3.If(z3.And(amount >= 0, amount <= most), shifted, zero)
            case Operator.AND_BITS:
                return left & right
            case Operator.XOR_BITS:
                return left ^ right
            case _:
                return left | right


def _compared(operator: Operator, left: Any, right: Any) -> Any:
    match operator:
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
        case _:
            return left >= right


def _width(low: int, high: int) -> int:
    """Bits of a word that holds all numbers from low to high, the sign among them."""
    return max(low.bit_length(), high.bit_length()) + 1
