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

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="suppression-without-reason",
    number="VM906",
    waiver="it is about an acceptance, and not about a change",
    find=spoken_elsewhere,
)
