"""From a formula to a state that satisfies it, by trying every kind of state: exact, where few."""

from collections.abc import Iterator, Sequence
from itertools import combinations, islice, product
from math import prod

from vmsdl.prove.budget import Budget, Work
from vmsdl.prove.candidate_values import find_candidates
from vmsdl.prove.evaluate import compile_formula
from vmsdl.prove.formula import Constant, Domain, Formula, Value, Values, in_order, sort_operands
from vmsdl.prove.result import UNSATISFIABLE, Result, Satisfied
from vmsdl.prove.undecided import UndecidedReason, make_undecided

# States that are tried before giving up; a few hundredths of a second.
MOST_STATES = 1 << 16
# Where there are more than that in all, only so many of those near to the reset state.
_MOST_NEAR = 1 << 12


def search(
    term: Formula, names: Sequence[str], domain: Domain, most: int, budget: Budget
) -> Result:
    """The smallest state: few variables away from their values at reset, the first ones, by little.

    Whether there is one is decided for certain; where there are too many kinds of state to try,
    `Open`.
    """
    kinds = find_candidates(term, names, domain)
    if kinds is None:
        return make_undecided(UndecidedReason.TOO_MANY_VALUES)
    if not all(kinds.values()):
        return UNSATISFIABLE
    total = prod(len(kind) for kind in kinds.values())
    holds = compile_formula(term, tuple(names))
    near = most if total <= most else _MOST_NEAR
    states = _by_distance(names, kinds, domain)
    tried = 0
    for state in islice(states, min(near, budget.find_most(Work.STATES))):
        tried += 1
        if holds(*state):
            budget.spend(Work.STATES, tried)
            return Satisfied(_moved(names, state, domain))
    budget.spend(Work.STATES, tried)
    if next(states, None) is not None:
        return make_undecided(UndecidedReason.TOO_MANY_STATES, total)
    return UNSATISFIABLE


def probe(term: Formula, names: Sequence[str], domain: Domain, budget: Budget) -> Result:
    """Some state, by trying the values at which something is likely to happen; never "none"."""
    written = {int(part.value) for part in in_order(term) if isinstance(part, Constant)}
    written |= {int(other.default) for other in domain.variables.values()}
    kinds = {name: _likely(domain.variables[name], written) for name in names}
    holds = compile_formula(term, tuple(names))
    most = min(_MOST_NEAR, budget.find_most(Work.STATES))
    for state in islice(_by_distance(names, kinds, domain), most):
        budget.spend(Work.STATES)
        if holds(*state):
            return Satisfied(_moved(names, state, domain), is_smallest=False)
    return make_undecided(UndecidedReason.NO_LIKELY_STATE)


def _likely(values: Values, written: set[int]) -> list[Value]:
    """The ends of its range, and what is written in the formula or stands in others at reset."""
    if values.is_bool:
        return [value for value in (False, True) if int(value) in values]
    near = {0, values.low, values.high, *(values.allowed or ()), *written}
    near = {number + step for number in near for step in (-1, 0, 1)}
    return sorted((number for number in near if number in values), key=sort_operands)


def _moved(names: Sequence[str], state: Sequence[Value], domain: Domain) -> dict[str, Value]:
    return {
        name: value
        for name, value in zip(names, state, strict=True)
        if value != domain.variables[name].default
    }


def _by_distance(
    names: Sequence[str], kinds: dict[str, list[Value]], domain: Domain
) -> Iterator[list[Value]]:
    """Every state, those nearest to reset first."""
    defaults = [domain.variables[name].default for name in names]
    # What cannot have its value at reset differs in every state.
    forced = [i for i, name in enumerate(names) if defaults[i] not in kinds[name]]
    others = [
        [value for value in kinds[name] if value != default]
        for name, default in zip(names, defaults, strict=True)
    ]
    free = [i for i in range(len(names)) if others[i] and i not in set(forced)]
    for size in range(len(free) + 1):
        for chosen in combinations(free, size):
            moved = sorted((*forced, *chosen))
            for values in product(*(others[i] for i in moved)):
                state = list(defaults)
                for i, value in zip(moved, values, strict=True):
                    state[i] = value
                yield state
