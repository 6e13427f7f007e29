"""An accepted finding lacks its reason, its owner or its day.

A list of things to be ignored grows and nobody dares to take anything out, where it does not say
why something stands in it, who knows, and when it is to be looked at again. Such an entry accepts
nothing.

    reason = ""

Say all three:

    reason = "no release with the old layout was ever shipped"
    owner = "storage team"
    until = 2027-01-31
"""

from vmsdl.diff.accepting.acceptance import Acceptance
from vmsdl.diff.accepting.lapses import lapse
from vmsdl.diff.report import Finding

SLUG = "suppression-without-reason"


def finding(acceptance: Acceptance) -> Finding:
    missing = " and ".join(f"`{name}`" for name in acceptance.missing)
    message = f"`{acceptance.rule}` cannot be accepted without {missing}"
    return lapse(SLUG, acceptance, message, f"give the entry its {missing}")
