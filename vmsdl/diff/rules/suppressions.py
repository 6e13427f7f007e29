"""Codes for suppressions that do not fit the findings of a report any more."""

from vmsdl.diff.rules.rule import Family

FAMILY = Family("suppressions")

_WAIVER = "it is about a suppression, and not about a change"

FAMILY.add_elsewhere("suppression-condition-widened", waiver=_WAIVER)
FAMILY.add_elsewhere("suppression-expired", waiver=_WAIVER)
FAMILY.add_elsewhere("suppression-unused", waiver=_WAIVER)
FAMILY.add_elsewhere("suppression-without-reason", waiver=_WAIVER)
