"""D.7 of the catalogue: values, checks, defaults and hooks."""

from vmsdl.diff.rules import (
    check_changed,
    equal_added,
    equal_dropped,
    gated_default_changed,
    hook_changed,
    validate_changed,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    check_changed.RULE,
    validate_changed.RULE,
    equal_added.RULE,
    equal_dropped.RULE,
    gated_default_changed.RULE,
    hook_changed.RULE,
)
