"""Codes of what can become of an accepted finding; `vmsdl/diff/accepting` reports them."""

from vmsdl.diff.rules import (
    suppression_condition_grown,
    suppression_expired,
    suppression_unused,
    suppression_without_reason,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    suppression_condition_grown.RULE,
    suppression_expired.RULE,
    suppression_unused.RULE,
    suppression_without_reason.RULE,
)
