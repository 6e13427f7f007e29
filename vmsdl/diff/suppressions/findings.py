"""What can become of an acceptance: a finding of its own, at the place of its entry."""

from dataclasses import replace

from vmsdl.diff.report import DIRECTIONS, FINE, DirectionResult, Finding, Suppression
from vmsdl.diff.suppressions.condition_text import ALWAYS, is_unambiguous
from vmsdl.diff.suppressions.sender_states import UncoveredStates
from vmsdl.expr.text import unparse
from vmsdl.prove.witness import format_witness

SUPPRESSION_RULES = frozenset(
    f"suppression-{what}" for what in ("condition-grown", "expired", "unused", "without-reason")
)
_AGAIN = "look at what is new, and mend it or accept it anew"


def report_unused(acceptance: Suppression) -> Finding:
    way = acceptance.direction.replace("-", " ")
    message = f"`{acceptance.rule}` is accepted {way} as {acceptance.verdict}, and is not found"
    return _lapse("suppression-unused", acceptance, message, "delete the entry")


def report_expired(acceptance: Suppression, outcome: DirectionResult) -> Finding:
    message = f"`{acceptance.rule}` was accepted until {acceptance.until}, by {acceptance.owner}"
    help = "mend it, or accept it anew"
    return _lapse("suppression-expired", acceptance, message, help, outcome)


def report_without_reason(acceptance: Suppression) -> Finding:
    missing = " and ".join(f"`{name}`" for name in acceptance.missing)
    message = f"`{acceptance.rule}` cannot be accepted without {missing}"
    help = f"give the entry its {missing}"
    return _lapse("suppression-without-reason", acceptance, message, help)


def report_widened(
    acceptance: Suppression, outcome: DirectionResult, beyond: UncoveredStates
) -> Finding:
    """It is so in more states, or that cannot be excluded."""
    accepted = f"`{acceptance.rule}` was accepted {_when(acceptance)}"
    message = f"{accepted}, and happens in more states now"
    if beyond.why:
        message = f"{accepted}, and whether it happens in more now is not known: {beyond.why}"
    if beyond.condition is not None:
        outcome = replace(
            outcome,
            when=unparse(is_unambiguous(beyond.condition)),
            witness=format_witness(beyond.witness) or None,
            state=beyond.witness or None,
            condition=beyond.condition,
        )
    return _lapse("suppression-condition-grown", acceptance, message, _AGAIN, outcome)


def report_worsened(acceptance: Suppression, outcome: DirectionResult) -> Finding:
    message = (
        f"`{acceptance.rule}` was accepted as {acceptance.verdict}, and is {outcome.verdict} now"
    )
    return _lapse("suppression-condition-grown", acceptance, message, _AGAIN, outcome)


def _when(acceptance: Suppression) -> str:
    if acceptance.when == ALWAYS:
        return "always"
    values = ", ".join(f"{name} = {value}" for name, value in acceptance.constants)
    return f"when `{acceptance.when}`" + (f" with `{values}`" if values else "")


def _lapse(
    slug: str, acceptance: Suppression, message: str, help: str, outcome: DirectionResult = FINE
) -> Finding:
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
