"""The two sides do not agree on the bytes, and no rule says why.

The comparison of the layouts decides; the rules only explain. This is a gap in the rules of vmsdl,
and worth a report. The verdict and its witness hold all the same.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(
    slug="unexplained-layout-change",
    waiver="it is a fault of vmsdl in either direction",
    find=spoken_elsewhere,
)
