"""A struct that nothing embeds was added. It is in no stream: nothing changes.

before    (nothing)
after     struct spare { level: u8; }
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(slug="struct-added", mirror="struct-removed", find=spoken_elsewhere)
