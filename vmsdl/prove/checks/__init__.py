"""From a schema to what can be said against it once its predicates are asked what they can be."""

from collections.abc import Iterator

from vmsdl.analysis.checks import Check
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.prove.checks.lossy_subsection import lossy_subsection
from vmsdl.prove.checks.omission_unfounded import omission_unfounded
from vmsdl.prove.checks.proven_condition import proven_condition
from vmsdl.prove.checks.unreachable_arm import unreachable_arm
from vmsdl.schema.description import Schema

CHECKS: tuple[Check, ...] = (
    proven_condition,
    unreachable_arm,
    omission_unfounded,
    lossy_subsection,
)


def run_proofs(schema: Schema) -> Iterator[Diagnostic]:
    """What every check finds, check by check."""
    for each in CHECKS:
        yield from each(schema)
