"""From expressions of the language to what holds of them: always, never, and by which state."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import Role, bodies, uses
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Schema

_ASKED = frozenset({Role.NEEDED, Role.CONDITION, Role.CHECK, Role.VALIDATE})


def proved(schema: Schema) -> Iterator[Diagnostic]:
    """What takes proofs to be found."""
    if not _is_worth_asking(schema):
        return
    # Imported here: half of all schemas have nothing to prove.
    from vmsdl.prove.checks import check

    yield from check(schema)


def _is_worth_asking(schema: Schema) -> bool:
    if any(use.role in _ASKED for use in uses(schema)):
        return True
    return any(
        annotation.name == "omitted"
        for body in bodies(schema)
        for placed in (body.description, *body.description.steps)
        for annotation in placed.annotations
    )
