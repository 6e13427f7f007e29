"""What can become of an acceptance: each has its code, and its text for `vmsdl explain`."""

from vmsdl.diff.accepting.acceptance import DIRECTIONS, Acceptance
from vmsdl.diff.report import FINE, Finding, Outcome


def lapse(
    slug: str, acceptance: Acceptance, message: str, help: str, outcome: Outcome = FINE
) -> Finding:
    """It stands in the report as a finding of its own, at the place of the acceptance."""
    is_forward = acceptance.direction == DIRECTIONS[0]
    return Finding(
        rule=slug,
        device=acceptance.device,
        path=acceptance.path,
        message=message,
        old_to_new=outcome if is_forward else FINE,
        new_to_old=FINE if is_forward else outcome,
        new=acceptance.span,
        help=help,
    )
