"""Codes of what can become of an accepted finding; `vmsdl/diff/accepting` reports them."""

from vmsdl.diff.rules.rule import Family

FAMILY = Family("suppressions")


FAMILY.add_elsewhere(
    "suppression-condition-grown", waiver="it is about an acceptance, and not about a change"
)


FAMILY.add_elsewhere(
    "suppression-expired", waiver="it is about an acceptance, and not about a change"
)


FAMILY.add_elsewhere(
    "suppression-unused", waiver="it is about an acceptance, and not about a change"
)


FAMILY.add_elsewhere(
    "suppression-without-reason", waiver="it is about an acceptance, and not about a change"
)
