"""An accepted finding is worse than what was accepted.

A finding is accepted for the states in which it was seen, as bad as it was. When a later change
makes it happen in more states, or makes it worse, or when it cannot be told whether it does, nobody
has agreed to that: the acceptance falls, and the report says for which states, with one that shows
it.

    accepted    refused when status & 0x08 != 0
    now         refused when status & 0x88 != 0

Look at what is new. If that will do too, `vmsdl diff --accept` writes the entry anew.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="suppression-condition-grown",
    number="VM907",
    waiver="it is about an acceptance, and not about a change",
    find=spoken_elsewhere,
)
