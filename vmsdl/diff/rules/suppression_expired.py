"""The day up to which a finding was accepted is over.

Somebody said that by then it would be mended, or looked at again. It counts again until that is
done.

    until = 2027-01-31     # and it is February

Mend it, or look at it again: `vmsdl diff --accept` writes the entry anew, with a day to come.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="suppression-expired",
    number="VM907",
    waiver="it is about an acceptance, and not about a change",
    find=spoken_elsewhere,
)
