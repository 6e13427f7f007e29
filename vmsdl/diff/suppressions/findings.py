"""Findings about suppressions themselves, each at the place of its entry in the file."""

from dataclasses import replace

from vmsdl.diff.direction import Direction
from vmsdl.diff.report import ALWAYS, NO_EFFECT, DirectionResult, Finding
from vmsdl.diff.suppression import Suppression
from vmsdl.diff.suppressions.condition_text import resolve_ambiguous_constants
from vmsdl.diff.suppressions.sender_states import UncoveredStates
from vmsdl.expr.text import unparse
from vmsdl.prove.witness import format_witness

_REVIEW = "check what changed; fix it, or suppress it again"


def report_unused(suppression: Suppression) -> Finding:
    """No finding of the report has its fingerprint."""
    message = (
        f"`{suppression.rule}` is suppressed as {suppression.verdict}, "
        f"{suppression.direction.phrase}, but was not found"
    )
    return _make_finding("suppression-unused", suppression, message, "delete the entry")


def report_expired(suppression: Suppression, result: DirectionResult) -> Finding:
    message = (
        f"suppression of `{suppression.rule}` by {suppression.owner} expired after"
        f" {suppression.until}"
    )
    help = "fix the finding, or suppress it again"
    return _make_finding("suppression-expired", suppression, message, help, result)


def report_missing_keys(suppression: Suppression) -> Finding:
    """The entry lacks some of REQUIRED_KEYS."""
    missing = " and ".join(f"`{name}`" for name in suppression.missing_keys)
    message = f"suppression of `{suppression.rule}` requires {missing}"
    help = f"add {missing} to the entry"
    return _make_finding("suppression-without-reason", suppression, message, help)


def report_condition_widened(
    suppression: Suppression, result: DirectionResult, uncovered: UncoveredStates
) -> Finding:
    """The result has states that the suppression is not for, or that is not known."""
    before = f"`{suppression.rule}` was suppressed {_describe_condition(suppression)}"
    message = f"{before}, but now occurs in more states"
    if uncovered.why:
        message = f"{before}, but may now occur in more states: {uncovered.why}"
    if uncovered.condition is not None:
        result = replace(
            result,
            condition=unparse(resolve_ambiguous_constants(uncovered.condition)),
            witness=format_witness(uncovered.witness) or None,
            state=uncovered.witness or None,
            expression=uncovered.condition,
        )
    return _make_finding("suppression-condition-widened", suppression, message, _REVIEW, result)


def report_verdict_worsened(suppression: Suppression, result: DirectionResult) -> Finding:
    message = (
        f"`{suppression.rule}` was suppressed as {suppression.verdict}, but is now {result.verdict}"
    )
    return _make_finding("suppression-condition-widened", suppression, message, _REVIEW, result)


def _describe_condition(suppression: Suppression) -> str:
    if suppression.condition == ALWAYS:
        return "always"
    values = ", ".join(f"{name} = {value}" for name, value in suppression.constants)
    return f"if `{suppression.condition}`" + (f" with `{values}`" if values else "")


def _make_finding(
    rule: str,
    suppression: Suppression,
    message: str,
    help: str,
    result: DirectionResult = NO_EFFECT,
) -> Finding:
    # The effects are told by the finding that was to be suppressed.
    result = replace(result, effects=())
    is_old_to_new = suppression.direction is Direction.OLD_TO_NEW
    return Finding(
        rule=rule,
        device=suppression.device,
        path=suppression.path,
        message=message,
        old_to_new=result if is_old_to_new else NO_EFFECT,
        new_to_old=NO_EFFECT if is_old_to_new else result,
        new=suppression.span,
        help=help,
    )
