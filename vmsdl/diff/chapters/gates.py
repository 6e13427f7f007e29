"""D.4 of the catalogue: version gates and existence tests."""

from vmsdl.diff.rules import (
    gate_changed,
    test_changed,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    gate_changed.RULE,
    test_changed.RULE,
)
