"""An `if`, `where` or `validate` that is always or never true as a whole."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import Use, UseRole, find_uses
from vmsdl.analysis.intervals import COMPARISONS
from vmsdl.diagnostics.codes import CONDITION_ALWAYS_TRUE, CONDITION_NEVER_TRUE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.expr.nodes import Binary
from vmsdl.schema.description import Schema

# The messages: where it is always true, and where it is never true.
_MESSAGES = {
    UseRole.CONDITION: (
        "this condition is always true: the bytes are the same without it",
        "this condition is never true: the field is never sent",
    ),
    UseRole.CHECK: (
        "this check is always true: it refuses nothing",
        "this check is never true: it refuses every value",
    ),
    UseRole.VALIDATE: (
        "this check is always true: it refuses nothing",
        "this check is never true: it refuses every state",
    ),
}


def constant_condition(schema: Schema) -> Iterator[Diagnostic]:
    for use in find_uses(schema):
        if use.role not in _MESSAGES:
            continue
        truth = use.ranges.decide(use.expression)
        if truth is None or _is_explained(use):
            continue
        always, never = _MESSAGES[use.role]
        yield use.body.make_diagnostic(
            CONDITION_ALWAYS_TRUE if truth else CONDITION_NEVER_TRUE,
            use.expression.span,
            always if truth else never,
            "always true" if truth else "never true",
        )


def _is_explained(use: Use) -> bool:
    """Whether a comparison in it is constant, which is reported on its own."""
    return any(
        isinstance(part, Binary)
        and part.operator in COMPARISONS
        and use.ranges.decide(part) is not None
        for part in use.parts
    )
