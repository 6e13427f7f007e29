"""A machine type is not there any more.

Machines of this type cannot be moved to the new version, nor started by it: nothing of their state
loads.

    before    machine "pc-1" {}
    after     (nothing)

Keep a machine type as long as machines of it run.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="machine-type-retired", number="VM806", mirror="machine-type-added", find=spoken_elsewhere
)
