"""Codes of a report as a whole: devices on one side alone, and what no rule explains."""

from vmsdl.diff.rules.rule import Family

FAMILY = Family("report")


FAMILY.add_elsewhere("section-added", mirror="section-removed")


FAMILY.add_elsewhere("section-removed", mirror="section-added")


FAMILY.add_elsewhere("section-renamed", mirror="section-renamed")


FAMILY.add_elsewhere("struct-added", mirror="struct-removed")


FAMILY.add_elsewhere("struct-removed", mirror="struct-added")


FAMILY.add_elsewhere(
    "unexplained-layout-change", waiver="it is a fault of vmsdl in either direction"
)


FAMILY.add_elsewhere("witness-not-reproduced", waiver="it is a fault of vmsdl in either direction")
