"""D.6 of the catalogue: embedded structs, lists, pointers and counts."""

from vmsdl.diff.rules import (
    nested_gate_ineffective,
    nested_renamed,
    nested_version_only,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    nested_gate_ineffective.RULE,
    nested_version_only.RULE,
    nested_renamed.RULE,
)
