"""Codes of a report as a whole: devices on one side alone, and what no rule explains."""

from vmsdl.diff.rules import (
    section_added,
    section_removed,
    section_renamed,
    struct_added,
    struct_removed,
    unexplained_layout_change,
    witness_not_reproduced,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    section_added.RULE,
    section_removed.RULE,
    section_renamed.RULE,
    struct_added.RULE,
    struct_removed.RULE,
    unexplained_layout_change.RULE,
    witness_not_reproduced.RULE,
)
