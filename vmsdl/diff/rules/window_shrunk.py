"""Releases that are out fare worse than they did with the newest release.

What the newest release could load from an older one, or an older one from it, is the measure. A
wider `needed` is harmless between the two that know the subsection, and costs every release that
does not: they refuse the states in which it is now sent besides.

`vmsdl matrix` and `vmsdl diff --all-releases` name the releases that are newly cut off, with the
condition that was added and a state that shows it. Properties have the values of the machine type,
else their defaults. Send the subsection in fewer states, tie it to a property that old machine
types turn off, or tell operators.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="window-shrunk",
    number="VM903",
    waiver="the newest release is the measure, in either direction",
    find=spoken_elsewhere,
)
