"""From expressions of the language to what holds of them: always, never, and by which state."""

from collections.abc import Iterator

from vmsdl.analysis.expression_uses import UseRole, find_bodies, find_uses
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Schema

_ASKED = frozenset({UseRole.NEEDED, UseRole.CONDITION, UseRole.CHECK, UseRole.VALIDATE})


def prove_checks(schema: Schema) -> Iterator[Diagnostic]:
    """What takes proofs to be found."""
    if not _is_worth_asking(schema):
        return
    # Imported here: half of all schemas have nothing to prove.
    from vmsdl.prove.checks import run_proofs

    yield from run_proofs(schema)


def _is_worth_asking(schema: Schema) -> bool:
    if any(use.role in _ASKED for use in find_uses(schema)):
        return True
    return any(
        annotation.name == "omitted"
        for body in find_bodies(schema)
        for placed in (body.description, *body.description.steps)
        for annotation in placed.annotations
    )
