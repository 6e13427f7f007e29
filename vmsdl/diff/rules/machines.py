"""D.8 of the catalogue: machine types and properties."""

from vmsdl.diff.rules import (
    compat_entry_changed,
    compat_entry_missing,
    machine_type_added,
    machine_type_retired,
    property_default_changed,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    compat_entry_missing.RULE,
    compat_entry_changed.RULE,
    property_default_changed.RULE,
    machine_type_retired.RULE,
    machine_type_added.RULE,
)
