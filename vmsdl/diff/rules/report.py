"""Codes of a whole report: devices that only one side has, and effects that no rule explains."""

from vmsdl.diff.rules.rule import SELF, Family

FAMILY = Family("report")

FAMILY.add_elsewhere("section-added", mirror="section-removed")
FAMILY.add_elsewhere("section-removed", mirror="section-added")
FAMILY.add_elsewhere("section-renamed", mirror=SELF)
FAMILY.add_elsewhere("struct-added", mirror="struct-removed")
FAMILY.add_elsewhere("struct-removed", mirror="struct-added")
FAMILY.add_elsewhere("own-state-not-loaded", waiver="it is about the new version alone")
FAMILY.add_elsewhere("nothing-can-be-saved", waiver="it is about the new version alone")
FAMILY.add_elsewhere(
    "unexplained-layout-change", waiver="it is a fault of vmsdl in either direction"
)
FAMILY.add_elsewhere("witness-not-reproduced", waiver="it is a fault of vmsdl in either direction")
