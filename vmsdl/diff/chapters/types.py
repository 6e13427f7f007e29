"""D.3 of the catalogue: types, widths and arrays."""

from vmsdl.diff.rules import (
    enum_renumbered,
    type_changed,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    type_changed.RULE,
    enum_renumbered.RULE,
)
