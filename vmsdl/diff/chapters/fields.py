"""D.2 of the catalogue: plain fields, by their position."""

from vmsdl.diff.rules import (
    field_added_gate_already_released,
    field_added_gated,
    field_added_ungated,
    field_removed,
    field_renamed,
    field_replaced_same_width,
    fields_reordered,
    unused_changed,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    field_added_ungated.RULE,
    field_added_gated.RULE,
    field_added_gate_already_released.RULE,
    field_removed.RULE,
    unused_changed.RULE,
    fields_reordered.RULE,
    field_renamed.RULE,
    field_replaced_same_width.RULE,
)
