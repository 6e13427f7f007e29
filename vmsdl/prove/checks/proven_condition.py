"""A predicate that always or never holds, though its parts one by one can do both."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import Use, UseRole, find_uses
from vmsdl.analysis.intervals import COMPARISONS
from vmsdl.diagnostics.codes import (
    CONDITION_ALWAYS_TRUE,
    CONDITION_NEVER_TRUE,
    NEEDED_ALWAYS_TRUE,
    NEEDED_NEVER_TRUE,
)
from vmsdl.diagnostics.diagnostic import Code, Diagnostic
from vmsdl.expr.nodes import Binary
from vmsdl.prove.formula import Domain, Formula, FormulaVariable, in_order, operands
from vmsdl.prove.invariants import Invariants, make_encoder
from vmsdl.prove.proof_budget import ProofBudget
from vmsdl.prove.solve import always, never
from vmsdl.schema.description import Field, Local, Property, Schema, Unused, Validate

_SAID: dict[tuple[UseRole, bool], tuple[Code, str]] = {
    (UseRole.NEEDED, True): (
        NEEDED_ALWAYS_TRUE,
        "this is always sent: `needed` is true in every state",
    ),
    (UseRole.NEEDED, False): (
        NEEDED_NEVER_TRUE,
        "this is never sent: `needed` is false in every state",
    ),
    (UseRole.CONDITION, True): (
        CONDITION_ALWAYS_TRUE,
        "this condition is always true: the bytes are the same without it",
    ),
    (UseRole.CONDITION, False): (
        CONDITION_NEVER_TRUE,
        "this condition is never true: the field is never sent",
    ),
    (UseRole.CHECK, True): (CONDITION_ALWAYS_TRUE, "this check is always true: it refuses nothing"),
    (UseRole.CHECK, False): (
        CONDITION_NEVER_TRUE,
        "this check is never true: it refuses every value",
    ),
    (UseRole.VALIDATE, True): (
        CONDITION_ALWAYS_TRUE,
        "this check is always true: it refuses nothing",
    ),
    (UseRole.VALIDATE, False): (
        CONDITION_NEVER_TRUE,
        "this check is never true: it refuses every state",
    ),
}


def proven_condition(schema: Schema) -> Iterator[Diagnostic]:
    invariants, budget = Invariants(), ProofBudget(is_any_state_enough=True)
    for use in find_uses(schema):
        is_guarantee = isinstance(use.owner, Local | Property)  # assumed, and not checked
        if (use.role, True) not in _SAID or is_guarantee or _is_decided(use):
            continue
        truth = _truth(use, schema, invariants, budget)
        if truth is not None:
            code, words = _SAID[use.role, truth]
            yield use.body.make_diagnostic(
                code,
                use.expression.span,
                words,
                "always true" if truth else "never true",
                help=(
                    "check the values that it reads and the checks before it: they allow no other"
                    " result"
                ),
            )


def _is_decided(use: Use) -> bool:
    """The ranges say it, of the whole or of a part: reported there."""
    return use.ranges.decide(use.expression) is not None or any(
        isinstance(part, Binary)
        and part.operator in COMPARISONS
        and use.ranges.decide(part) is not None
        for part in use.parts
    )


def _truth(use: Use, schema: Schema, invariants: Invariants, budget: ProofBudget) -> bool | None:
    description = use.body.description
    is_one_version = use.role is UseRole.NEEDED or (
        description.minimum_version_id == description.version_id
    )
    encoder = make_encoder(schema, use.body, description.version_id if is_one_version else None)
    encoder.bounds = use.ranges.find_range
    term = encoder.encode(use.expression)
    step = use.owner if isinstance(use.owner, Field | Unused | Validate) else None
    encoder.assume(invariants.find_checked_before(use.body, step, [use.expression]))
    domain = encoder.domain
    if not _is_worth_asking(term, domain):
        return None
    no = budget.record(never(term, domain, budget.effort))
    yes = budget.record(always(term, domain, budget.effort))
    # A contradiction among the checks before would prove everything, and is their fault.
    return yes.is_yes if yes.is_yes != no.is_yes else None


def _is_worth_asking(term: Formula, domain: Domain) -> bool:
    """Where every variable is read once and nothing more is known, ranges have said it all."""
    if domain.facts:
        return True
    read = [
        part.name
        for whole in in_order(term)
        for part in operands(whole)
        if isinstance(part, FormulaVariable)
    ]
    return len(read) != len(set(read))
