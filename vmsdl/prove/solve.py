"""From a formula and what its variables can be to a yes, a no, or an honest "not decided".

A yes comes with the smallest state that shows it: as few variables as can be away from their values
at reset, and those by as little as can be. The same question always has the same answer.
"""

from collections.abc import Iterable
from enum import Enum

from vmsdl.prove import enumerate, solver
from vmsdl.prove.bounds import compute_bounds
from vmsdl.prove.budget import Budget
from vmsdl.prove.formula import (
    FALSE,
    TRUE,
    Assignment,
    Domain,
    Formula,
    Junction,
    Value,
    and_,
    collect_variables,
    not_,
)
from vmsdl.prove.result import UNSATISFIABLE, Result, Satisfied, Undecided, Unsatisfiable
from vmsdl.records import dataclass


class Decision(Enum):
    YES = "yes"
    NO = "no"
    OPEN = "not decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to look: what is not found within it is not decided. It measures work, not time."""

    states: int = 1 << 16  # that are tried
    solver: int = 300_000  # of the solver's own units; 0: without it
    is_any_state_enough: bool = False  # or else the smallest


FULL = Effort()
SMALL = Effort(solver=0)


class By(Enum):
    """How an answer was found."""

    FORM = "form"
    ENUMERATION = "enumeration"
    SOLVER = "solver"


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverAnswer:
    """`witness`: a state that shows why, as its differences from the reset state."""

    verdict: Decision
    undecided: Undecided | None = None  # why, where it is not decided
    witness: Assignment | None = None
    is_smallest: bool = True  # the witness
    by: By = By.FORM

    @property
    def is_yes(self) -> bool:
        return self.verdict is Decision.YES

    @property
    def is_no(self) -> bool:
        return self.verdict is Decision.NO

    @property
    def is_open(self) -> bool:
        return self.verdict is Decision.OPEN


def satisfiable(
    formula: Formula, domain: Domain, effort: Effort = FULL, budget: Budget | None = None
) -> SolverAnswer:
    """Is there a state in which it holds? The witness of a yes is the smallest one.

    `budget`: what pays for the work; by default one of its own.
    """
    budget = Budget() if budget is None else budget
    whole = and_(*domain.facts, formula)
    if whole == FALSE:
        return SolverAnswer(verdict=Decision.NO)
    if whole == TRUE:
        return SolverAnswer(verdict=Decision.YES, witness={})
    clauses = whole.terms if isinstance(whole, Junction) and whole.is_all else (whole,)
    witness: dict[str, Value] = {}
    is_smallest, by = True, By.ENUMERATION
    undecided: Undecided | None = None
    for group in _independent(clauses):
        names = _ordered(collect_variables(*group), domain)
        result, engine = _ask(and_(*group), names, domain, effort, budget)
        by = engine if engine is By.SOLVER else by
        match result:
            case Unsatisfiable():
                variables = [domain.variables[name] for name in names]
                less = next(filter(None, (each.underapproximation for each in variables)), None)
                if less is None:
                    return SolverAnswer(verdict=Decision.NO, by=engine)
                undecided = undecided or less
            case Undecided():
                undecided = undecided or result
            case Satisfied(state=state, is_smallest=is_sure):
                witness |= state
                is_smallest = is_smallest and is_sure
                variables = [domain.variables[name] for name in names]
                more = next(filter(None, (each.overapproximation for each in variables)), None)
                undecided = undecided or more
    if undecided is not None:
        return SolverAnswer(verdict=Decision.OPEN, undecided=undecided, by=by)
    witness = {name: witness[name] for name in domain.variables if name in witness}
    return SolverAnswer(verdict=Decision.YES, witness=witness, is_smallest=is_smallest, by=by)


def never(formula: Formula, domain: Domain, effort: Effort = FULL) -> SolverAnswer:
    """Does it hold in no state? The witness of a no is a state in which it holds."""
    return _opposite(satisfiable(formula, domain, effort))


def always(formula: Formula, domain: Domain, effort: Effort = FULL) -> SolverAnswer:
    """Does it hold in every state? The witness of a no is a state in which it does not."""
    return never(not_(formula), domain, effort)


def _opposite(answer: SolverAnswer) -> SolverAnswer:
    swapped = {Decision.YES: Decision.NO, Decision.NO: Decision.YES, Decision.OPEN: Decision.OPEN}
    return SolverAnswer(
        verdict=swapped[answer.verdict],
        undecided=answer.undecided,
        witness=answer.witness,
        is_smallest=answer.is_smallest,
        by=answer.by,
    )


def _ask(
    term: Formula, names: list[str], domain: Domain, effort: Effort, budget: Budget
) -> tuple[Result, By]:
    if compute_bounds(term, domain)[id(term)].point == 0:
        return UNSATISFIABLE, By.FORM
    result = enumerate.search(term, names, domain, effort.states, budget)
    if not isinstance(result, Undecided):
        return result, By.ENUMERATION
    some = enumerate.probe(term, names, domain, budget)
    is_met = isinstance(some, Satisfied)
    if not effort.solver or (effort.is_any_state_enough and is_met):
        return (some if is_met else result), By.ENUMERATION
    proven = solver.search(term, names, domain, effort.solver, budget)
    if isinstance(proven, Undecided) and is_met:
        return some, By.SOLVER  # a state is a state, however it was found
    return proven, By.SOLVER


def _independent(clauses: Iterable[Formula]) -> Iterable[list[Formula]]:
    """Clauses that share no variable with those of another group can be asked apart."""
    group_of: dict[str, list[Formula]] = {}
    names_of: dict[int, set[str]] = {}
    groups: dict[int, list[Formula]] = {}
    for clause in clauses:
        own = tuple(collect_variables(clause))
        group, names = [clause], set(own)
        # In the order of the clause: the solver's work depends on the order of what it is asked.
        for joined in {id(group_of[name]): group_of[name] for name in own if name in group_of}:
            other = groups.pop(joined)
            known = names_of.pop(joined)
            if len(other) > len(group):
                group, other = other, group
            group += other
            if len(known) > len(names):
                names, known = known, names
            names |= known
        groups[id(group)] = group
        names_of[id(group)] = names
        for name in names:
            group_of[name] = group
    return groups.values()


def _ordered(names: Iterable[str], domain: Domain) -> list[str]:
    wanted = set(names)
    return [name for name in domain.variables if name in wanted]
