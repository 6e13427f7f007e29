"""D.9 of the catalogue: what only several releases show, and the baseline itself."""

from vmsdl.diff.rules import (
    baseline_edited,
    baseline_missing,
    chain_loses,
    chain_refused,
    window_shrunk,
)
from vmsdl.diff.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    chain_refused.RULE,
    chain_loses.RULE,
    window_shrunk.RULE,
    baseline_missing.RULE,
    baseline_edited.RULE,
)
