"""A device writes no section any more.

Older streams have it, and nobody claims it: they are refused. An older program that loads a new
stream is sent nothing, and its device stays as after reset.

    before    device card version 1 { level: u8; }
    after     (nothing)

Keep the device, with a `needed` that is false, for as long as older streams are to be loaded.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(slug="section-removed", number="VM106", mirror="section-added", find=spoken_elsewhere)
