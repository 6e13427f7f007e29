"""From a formula to a state that satisfies it, by trying every kind of state: exact, where few."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import prod

from vmsdl.prove.candidates import candidates
from vmsdl.prove.evaluate import compiled
from vmsdl.prove.found import NONE, Found, Open, Result
from vmsdl.prove.terms import Domain, Term, Value

# States that are tried before giving up; a few hundredths of a second.
MOST_STATES = 1 << 16
# Where there are more than that in all, only so many of those near to the reset state.
_MOST_NEAR = 1 << 12


def search(term: Term, names: Sequence[str], domain: Domain) -> Result:
    """The smallest state: few variables away from their values at reset, the first ones, by little.

    Whether there is one is decided for certain; where there are too many kinds of state to try,
    `Open`.
    """
    kinds = candidates(term, names, domain)
    if kinds is None:
        return Open("too many values would have to be tried")
    if not all(kinds.values()):
        return NONE
    total = prod(len(kind) for kind in kinds.values())
    holds = compiled(term, tuple(names))
    budget = MOST_STATES if total <= MOST_STATES else _MOST_NEAR
    for tried, state in enumerate(_by_distance(names, kinds, domain)):
        if tried >= budget:
            return Open(f"{total:,} kinds of state would have to be tried")
        if holds(*state):
            return Found(
                {
                    name: value
                    for name, value in zip(names, state, strict=True)
                    if value != domain.variables[name].default
                }
            )
    return NONE


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
