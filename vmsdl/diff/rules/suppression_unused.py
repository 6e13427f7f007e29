"""A finding is accepted that is not there.

What was accepted has been mended, or its path or rule is another one now. An entry that nobody
needs would silently accept the next change of that kind in the same place.

    [[accepted]]
    fingerprint = "…"      # of a finding that no report has

Delete the entry.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="suppression-unused",
    number="VM907",
    waiver="it is about an acceptance, and not about a change",
    find=spoken_elsewhere,
)
