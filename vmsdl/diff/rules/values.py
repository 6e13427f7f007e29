"""D.7 of the catalogue: values, checks, defaults and hooks."""

from vmsdl.diff.rules import (
    bound_lowered,
    bound_raised,
    check_added_in_opaque_codec,
    equal_added,
    equal_constant_changed,
    equal_dropped,
    field_not_derived,
    field_now_derived,
    gated_default_changed,
    hook_changed,
    non_migrated_reset_changed,
    save_refused,
    validate_added,
    validate_changed,
    validate_dropped,
    validate_loosened,
    validate_tightened,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    equal_added.RULE,
    equal_dropped.RULE,
    equal_constant_changed.RULE,
    bound_lowered.RULE,
    bound_raised.RULE,
    validate_added.RULE,
    validate_dropped.RULE,
    validate_tightened.RULE,
    validate_loosened.RULE,
    validate_changed.RULE,
    save_refused.RULE,
    check_added_in_opaque_codec.RULE,
    gated_default_changed.RULE,
    non_migrated_reset_changed.RULE,
    field_now_derived.RULE,
    field_not_derived.RULE,
    hook_changed.RULE,
)
