"""D.5 of the catalogue: subsections."""

from vmsdl.diff.rules import (
    needed_changed,
    subsection_added_needed,
    subsection_added_unconditional,
    subsection_removed,
    subsection_version_changed,
    subsections_reordered,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    subsection_added_needed.RULE,
    subsection_added_unconditional.RULE,
    subsection_removed.RULE,
    subsection_version_changed.RULE,
    needed_changed.RULE,
    subsections_reordered.RULE,
)
