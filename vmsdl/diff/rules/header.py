"""D.1 of the catalogue: the header of a section, and what it is known by."""

from vmsdl.diff.rules import (
    minimum_lowered_covered,
    minimum_lowered_uncovered,
    minimum_raised_beyond_old,
    minimum_raised_covered,
    top_level_needed_added,
    top_level_needed_changed,
    top_level_needed_removed,
    type_renamed_wire_same,
    unmigratable_cleared,
    unmigratable_set,
    version_bump_only,
    version_lowered,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    type_renamed_wire_same.RULE,
    top_level_needed_added.RULE,
    top_level_needed_removed.RULE,
    top_level_needed_changed.RULE,
    version_bump_only.RULE,
    version_lowered.RULE,
    minimum_raised_covered.RULE,
    minimum_raised_beyond_old.RULE,
    minimum_lowered_uncovered.RULE,
    minimum_lowered_covered.RULE,
    unmigratable_set.RULE,
    unmigratable_cleared.RULE,
)
