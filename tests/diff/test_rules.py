"""The catalogue of changes is complete: every row a rule with a pair, or a reason why not."""

import re

from tests.support.diff_pairs import PAIRS
from vmsdl.diagnostics.catalogue import CODES
from vmsdl.diff.rules.not_covered import ABSENT
from vmsdl.diff.rules.registry import BY_SLUG, RULES
from vmsdl.diff.rules.rule import spoken_elsewhere

# Their findings do not come from two schemas: they are shown where they are made.
ELSEWHERE = {rule.slug for rule in RULES if rule.find is spoken_elsewhere}


def test_every_rule_has_a_pair() -> None:
    shown = {pair.name.partition(".")[0] for pair in PAIRS}
    assert sorted(set(BY_SLUG) - shown - ELSEWHERE) == []
    assert sorted(shown - set(BY_SLUG)) == []


def test_every_rule_says_what_it_means() -> None:
    for rule in RULES:
        title = rule.text.partition("\n")[0]
        assert title, rule.slug
        assert rule.mirror == "" or rule.mirror in BY_SLUG, rule.slug
        if rule.find is not spoken_elsewhere:
            assert rule.find.__module__.endswith("." + rule.module), rule.slug


def test_every_row_of_the_catalogue_is_a_rule_or_says_why_not() -> None:
    """D.1 to D.8, as far as numbers go: 101 to 118, 201 to 218, and so on."""
    lasts = {1: 18, 2: 18, 3: 15, 4: 11, 5: 26, 6: 21, 7: 13, 8: 7}
    rows = {f"VM{c}{n:02}" for c, last in lasts.items() for n in range(1, last + 1)}
    numbers = [rule.number for rule in RULES if rule.number]
    assert sorted(rows - set(numbers) - set(ABSENT)) == []
    assert sorted(set(numbers) & set(ABSENT)) == []


def test_what_a_row_without_a_rule_names_is_there() -> None:
    """A check that finds it in one schema alone is one that `vmsdl explain` knows."""
    for name, why in ABSENT.values():
        assert name not in BY_SLUG
        if "`check`" in why:
            assert re.split(r": | as ", why)[-1] in CODES, why
