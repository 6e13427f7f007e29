"""An `if`, `where` or `validate` that always holds or never holds as a whole."""

from collections.abc import Iterator

from vmsdl.analysis.intervals import COMPARISONS
from vmsdl.analysis.references import parts
from vmsdl.analysis.uses import Role, Use, uses
from vmsdl.diagnostics.catalogue.predicates import CONDITION_ALWAYS_TRUE, CONDITION_NEVER_TRUE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Schema
from vmsdl.schema.expression import Binary

_WORDS = {
    (Role.CONDITION, True): "the condition always holds: without it, the bytes are the same",
    (Role.CONDITION, False): "the condition never holds: what it guards is never sent",
    (Role.CHECK, True): "the check always holds: it refuses nothing",
    (Role.CHECK, False): "the check never holds: every value is refused",
    (Role.VALIDATE, True): "the check always holds: it refuses nothing",
    (Role.VALIDATE, False): "the check never holds: every state is refused",
}


def constant_condition(schema: Schema) -> Iterator[Diagnostic]:
    for use in uses(schema):
        truth = use.ranges.truth(use.expression)
        words = None if truth is None else _WORDS.get((use.role, truth))
        if words is None or _is_explained(use):
            continue
        yield use.body.fault(
            CONDITION_ALWAYS_TRUE if truth else CONDITION_NEVER_TRUE,
            use.expression.span,
            words,
            "always true" if truth else "never true",
        )


def _is_explained(use: Use) -> bool:
    """A comparison in it is constant by itself, which is a fault of its own."""
    return any(
        isinstance(part, Binary)
        and part.operator in COMPARISONS
        and use.ranges.truth(part) is not None
        for part in parts(use.expression)
    )
