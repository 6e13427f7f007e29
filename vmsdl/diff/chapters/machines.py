"""D.8 of the catalogue: machine types and properties."""

from vmsdl.diff.rules import (
    property_default_changed,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (property_default_changed.RULE,)
