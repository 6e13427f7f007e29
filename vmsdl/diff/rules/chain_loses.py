"""State arrives in one move, and not by way of the release between.

The release between has no place for it, or takes it and does not send it on, since its own `needed`
is narrower. No pair of releases shows this: the first move is accepted, and what the second does
not send was lost by its sender, not on the way.

`vmsdl matrix` shows the smallest state that is lost so, and under which condition. Only what is
sure to happen is claimed: where a hook, a list or an opaque codec leaves a move open, no chain
through it is reported. Go in one move, or not by way of that release while the condition holds.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="chain-loses",
    number="VM902",
    waiver="the report of all releases names both ways",
    find=spoken_elsewhere,
)
