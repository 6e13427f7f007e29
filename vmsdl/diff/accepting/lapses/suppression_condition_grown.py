"""An accepted finding is worse than what was accepted.

A finding is accepted for the states in which it was seen, as bad as it was. When a later change
makes it happen in more states, or makes it worse, or when it cannot be told whether it does, nobody
has agreed to that: the acceptance falls, and the report says for which states, with one that shows
it.

    accepted    refused when status & 0x08 != 0
    now         refused when status & 0x88 != 0

Look at what is new. If that will do too, `vmsdl diff --accept` writes the entry anew.
"""

from dataclasses import replace

from vmsdl.diff.accepting.acceptance import Acceptance
from vmsdl.diff.accepting.lapses import lapse
from vmsdl.diff.accepting.states import Beyond
from vmsdl.diff.report import Finding, Outcome
from vmsdl.diff.wording import words

SLUG = "suppression-condition-grown"
_HELP = "look at what is new, and mend it or accept it anew"


def finding(acceptance: Acceptance, outcome: Outcome, beyond: Beyond) -> Finding:
    """It is so in more states, or that cannot be excluded."""
    before = f"`{acceptance.rule}` was accepted {_when(acceptance)}"
    if beyond.why:
        message = f"{before}, and whether that is still so is not known: {beyond.why}"
    else:
        message = f"{before}, and happens in more states now"
    if beyond.condition is not None:
        outcome = replace(
            outcome,
            when=words(beyond.condition),
            witness=dict(beyond.witness) or None,
            condition=beyond.condition,
        )
    return lapse(SLUG, acceptance, message, _HELP, outcome)


def worsened(acceptance: Acceptance, outcome: Outcome) -> Finding:
    message = f"`{acceptance.rule}` was accepted as {acceptance.verdict}, and is {outcome.verdict}"
    return lapse(SLUG, acceptance, message, _HELP, outcome)


def _when(acceptance: Acceptance) -> str:
    return "always" if acceptance.when == "always" else f"when `{acceptance.when}`"
