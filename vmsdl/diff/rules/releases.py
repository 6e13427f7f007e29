"""Codes of comparisons with several releases, and of the baseline they are compared with."""

from vmsdl.diff.rules.rule import Family

FAMILY = Family("releases")

FAMILY.add_elsewhere("chain-refused", waiver="the report of all releases names both ways")
FAMILY.add_elsewhere("chain-loses", waiver="the report of all releases names both ways")
FAMILY.add_elsewhere(
    "window-shrunk", waiver="the newest release is the measure, in either direction"
)
FAMILY.add_elsewhere("baseline-missing", waiver="it is about the folder of releases")
FAMILY.add_elsewhere("baseline-edited", waiver="it is about the folder of releases")
