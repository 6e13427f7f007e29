"""A `needed` that is always true but not `true`, or that is never true."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import UseRole, find_uses
from vmsdl.diagnostics.codes import NEEDED_ALWAYS_TRUE, NEEDED_NEVER_TRUE
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.expr.nodes import Literal
from vmsdl.schema.description import Schema


def constant_needed(schema: Schema) -> Iterator[Diagnostic]:
    for use in find_uses(schema):
        if use.role is not UseRole.NEEDED:
            continue
        truth = use.ranges.decide(use.expression)
        role = use.body.description.role.value
        if truth is True and not is_literal_true(use.expression):
            yield use.body.make_diagnostic(
                NEEDED_ALWAYS_TRUE,
                use.expression.span,
                f"this {role} is always sent: `needed` is true in every state",
                "always true",
                help="write `needed true` if this is intended",
            )
        elif truth is False:
            yield use.body.make_diagnostic(
                NEEDED_NEVER_TRUE,
                use.expression.span,
                f"this {role} is never sent: `needed` is false in every state",
                "never true",
                help=f"correct the condition, or remove the {role}",
            )


def is_literal_true(expression: object) -> bool:
    """Whether the author wrote `true`, so that it is intended."""
    return isinstance(expression, Literal) and expression.value is True and expression.name is None
