"""Every rule has a pair of schemas that shows it, and says what it means."""

import re
from inspect import isfunction

from tests.support.diff_pairs import PAIRS
from vmsdl.diagnostics.codes import CODES
from vmsdl.diff.rules.not_covered import NOT_COVERED
from vmsdl.diff.rules.registry import BY_SLUG, RULES
from vmsdl.diff.rules.rule import find_nothing

# Their findings do not come from two schemas: they are shown where they are made.
ELSEWHERE = {rule.slug for rule in RULES if rule.find is find_nothing}


def test_every_rule_has_a_pair() -> None:
    shown = {pair.name.partition(".")[0] for pair in PAIRS}
    assert sorted(set(BY_SLUG) - shown - ELSEWHERE) == []
    assert sorted(shown - set(BY_SLUG)) == []


def test_every_rule_says_what_it_means() -> None:
    for rule in RULES:
        assert rule.title, rule.slug
        assert rule.mirror == "" or rule.mirror in BY_SLUG, rule.slug
        if isfunction(rule.find) and rule.find is not find_nothing:  # and no row of a table
            assert rule.find.__name__ == rule.slug.replace("-", "_")


def test_what_a_change_without_a_rule_names_is_there() -> None:
    """A check that finds it in one schema alone is one that `vmsdl explain` knows."""
    for name, why in NOT_COVERED.items():
        assert name not in BY_SLUG
        if "`check`" in why:
            assert re.split(r": | as ", why)[-1] in CODES, why
