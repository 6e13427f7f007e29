"""The day up to which a finding was accepted is over.

Somebody said that by then it would be mended, or looked at again. It counts again until that is
done.

    until = 2027-01-31     # and it is February

Mend it, or look at it again: `vmsdl diff --accept` writes the entry anew, with a day to come.
"""

from dataclasses import replace

from vmsdl.diff.accepting.acceptance import Acceptance
from vmsdl.diff.accepting.lapses import lapse
from vmsdl.diff.report import Finding, Outcome

SLUG = "suppression-expired"


def finding(acceptance: Acceptance, outcome: Outcome) -> Finding:
    message = f"`{acceptance.rule}` was accepted until {acceptance.until}, by {acceptance.owner}"
    help = "mend it, or accept it anew"
    return lapse(SLUG, acceptance, message, help, replace(outcome, accepted=None))
