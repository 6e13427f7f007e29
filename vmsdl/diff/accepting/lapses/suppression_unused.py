"""A finding is accepted that is not there.

What was accepted has been mended, or its path or rule is another one now. An entry that nobody
needs would silently accept the next change of that kind in the same place.

    [[accepted]]
    fingerprint = "…"      # of a finding that no report has

Delete the entry.
"""

from vmsdl.diff.accepting.acceptance import Acceptance
from vmsdl.diff.accepting.lapses import lapse
from vmsdl.diff.report import Finding

SLUG = "suppression-unused"


def finding(acceptance: Acceptance) -> Finding:
    way = acceptance.direction.replace("-", " ")
    message = (
        f"`{acceptance.rule}` is accepted here as {acceptance.verdict} from {way}, and is not found"
    )
    return lapse(SLUG, acceptance, message, "delete the entry")
