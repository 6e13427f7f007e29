"""From a formula and what its variables can be to a yes, a no, or an honest "not decided".

A yes comes with the smallest state that shows it: as few variables as can be away from their values
at reset, and those by as little as can be. The same question always has the same answer, with the
solver or without it; without it more is left open.
"""

from collections.abc import Iterable, Iterator
from enum import Enum

from vmsdl.prove import small, solver
from vmsdl.prove.found import Found, Nothing, Open, Result
from vmsdl.prove.terms import (
    FALSE,
    TRUE,
    Assignment,
    Domain,
    Junction,
    Term,
    Value,
    both,
    negation,
    variables,
)
from vmsdl.records import dataclass


class Verdict(Enum):
    YES = "yes"
    NO = "no"
    OPEN = "not decided"


class Effort(Enum):
    """How hard to look."""

    FULL = "full"  # the smallest state, by the solver where need be
    ANY_STATE = "any state"  # some state will do: no solver where one is met early
    SMALL = "small"  # no solver


class By(Enum):
    """How an answer was found."""

    FORM = "form"
    ENUMERATION = "enumeration"
    SOLVER = "solver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`witness`: a state that shows why, as its differences from the reset state."""

    verdict: Verdict
    why: str = ""  # where it is not decided
    witness: Assignment | None = None
    is_smallest: bool = True  # the witness
    by: By = By.FORM

    @property
    def is_yes(self) -> bool:
        return self.verdict is Verdict.YES

    @property
    def is_no(self) -> bool:
        return self.verdict is Verdict.NO

    @property
    def is_open(self) -> bool:
        return self.verdict is Verdict.OPEN


def satisfiable(formula: Term, domain: Domain, effort: Effort = Effort.FULL) -> Answer:
    """Is there a state in which it holds? The witness of a yes is the smallest one."""
    whole = both(*domain.facts, formula)
    if whole == FALSE:
        return Answer(verdict=Verdict.NO)
    if whole == TRUE:
        return Answer(verdict=Verdict.YES, witness={})
    clauses = whole.terms if isinstance(whole, Junction) and whole.is_all else (whole,)
    witness: dict[str, Value] = {}
    is_smallest, by, why = True, By.ENUMERATION, ""
    for group in _independent(clauses):
        names = _ordered(variables(*group), domain)
        result, engine = _ask(both(*group), names, domain, effort)
        by = engine if engine is By.SOLVER else by
        match result:
            case Nothing():
                cut = _reason(names, domain, "cut")
                if cut is None:
                    return Answer(verdict=Verdict.NO, by=engine)
                why = why or cut
            case Open(why=reason):
                why = why or reason
            case Found(state=state, is_smallest=is_sure):
                witness |= state
                is_smallest = is_smallest and is_sure
                why = why or _reason(names, domain, "invented") or ""
    if why:
        return Answer(verdict=Verdict.OPEN, why=why, by=by)
    witness = {name: witness[name] for name in domain.variables if name in witness}
    return Answer(verdict=Verdict.YES, witness=witness, is_smallest=is_smallest, by=by)


def never(formula: Term, domain: Domain, effort: Effort = Effort.FULL) -> Answer:
    """Does it hold in no state? The witness of a no is a state in which it holds."""
    return _opposite(satisfiable(formula, domain, effort))


def always(formula: Term, domain: Domain, effort: Effort = Effort.FULL) -> Answer:
    """Does it hold in every state? The witness of a no is a state in which it does not."""
    return never(negation(formula), domain, effort)


def implies(one: Term, other: Term, domain: Domain, effort: Effort = Effort.FULL) -> Answer:
    """Does the other hold wherever the one does? The witness of a no: the one alone holds."""
    return never(both(one, negation(other)), domain, effort)


def equivalent(one: Term, other: Term, domain: Domain, effort: Effort = Effort.FULL) -> Answer:
    """Do both hold in the same states? The witness of a no: one of them holds."""
    there = implies(one, other, domain, effort)
    if there.is_no:
        return there
    back = implies(other, one, domain, effort)
    return there if there.is_open and not back.is_no else back


def witness(formula: Term, domain: Domain, effort: Effort = Effort.FULL) -> Assignment | None:
    """The smallest state in which it holds, where one was found."""
    return satisfiable(formula, domain, effort).witness


def _opposite(answer: Answer) -> Answer:
    swapped = {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES, Verdict.OPEN: Verdict.OPEN}
    return Answer(
        verdict=swapped[answer.verdict],
        why=answer.why,
        witness=answer.witness,
        is_smallest=answer.is_smallest,
        by=answer.by,
    )


def _ask(term: Term, names: list[str], domain: Domain, effort: Effort) -> tuple[Result, By]:
    result = small.search(term, names, domain)
    if not isinstance(result, Open):
        return result, By.ENUMERATION
    some = small.probe(term, names, domain)
    if effort is Effort.SMALL or (effort is Effort.ANY_STATE and isinstance(some, Found)):
        return (some if isinstance(some, Found) else result), By.ENUMERATION
    proven = solver.search(term, names, domain)
    if isinstance(proven, Open) and isinstance(some, Found):
        return some, By.ENUMERATION  # a state is a state, however it was found
    return proven, By.SOLVER


def _independent(clauses: Iterable[Term]) -> Iterator[list[Term]]:
    """Clauses that share no variable with those of another group can be asked apart."""
    groups: list[tuple[set[str], list[Term]]] = []
    for clause in clauses:
        names, joined = set(variables(clause)), [clause]
        apart = []
        for known, terms in groups:
            if known & names:
                names |= known
                joined = terms + joined
            else:
                apart.append((known, terms))
        groups = [*apart, (names, joined)]
    return (terms for _, terms in groups)


def _ordered(names: Iterable[str], domain: Domain) -> list[str]:
    wanted = set(names)
    return [name for name in domain.variables if name in wanted]


def _reason(names: list[str], domain: Domain, kind: str) -> str | None:
    for name in names:
        values = domain.variables[name]
        reason = values.invented if kind == "invented" else values.cut
        if reason is not None:
            return reason
    return None
