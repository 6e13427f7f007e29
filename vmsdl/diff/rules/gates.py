"""D.4 of the catalogue: version gates and existence tests."""

from vmsdl.diff.rules import (
    gate_added_covered,
    gate_added_uncovered,
    gate_dropped_covered,
    gate_dropped_uncovered,
    gate_lowered,
    gate_raised_with_bump,
    gate_raised_without_bump,
    gate_supersedes_test,
    test_added,
    test_changed,
    test_reads_destination_only,
    test_reads_property,
    test_removed,
    test_supersedes_gate,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    gate_dropped_covered.RULE,
    gate_dropped_uncovered.RULE,
    gate_raised_with_bump.RULE,
    gate_raised_without_bump.RULE,
    gate_added_covered.RULE,
    gate_added_uncovered.RULE,
    gate_lowered.RULE,
    test_added.RULE,
    test_removed.RULE,
    test_changed.RULE,
    test_supersedes_gate.RULE,
    gate_supersedes_test.RULE,
    test_reads_property.RULE,
    test_reads_destination_only.RULE,
)
