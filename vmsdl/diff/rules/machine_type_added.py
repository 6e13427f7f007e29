"""A machine type is new.

Older versions do not know it: machines of this type cannot be moved to them.

    before    (nothing)
    after     machine "pc-2" {}

Choose an older machine type for what has to be moved back.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(slug="machine-type-added", mirror="machine-type-retired", find=spoken_elsewhere)
