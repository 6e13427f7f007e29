"""A struct that nothing embeds was removed. It was in no stream: nothing changes.

before    struct spare { level: u8; }
after     (nothing)
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(slug="struct-removed", mirror="struct-added", find=spoken_elsewhere)
