"""A release refuses what another saves, although every move between neighbours works.

Each release takes all that the one before it saves, and so does the next; only from the first to
the last nothing goes. Whoever tested an upgrade one release at a time saw nothing wrong. A raised
`minimum` is the usual cause: every release still reads its predecessor, and none reads the one
before.

`vmsdl matrix` names the releases in between, from old to new and from new to old. Go by way of
them, or keep the minimum where every release that is still in use can be read.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="chain-refused",
    number="VM901",
    waiver="the report of all releases names both ways",
    find=spoken_elsewhere,
)
