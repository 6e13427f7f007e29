"""A device writes a section that it did not write before.

Older streams have no such section, and the device keeps its state after reset. Older programs
refuse every stream that has it: nobody there claims it.

    before    (nothing)
    after     device card version 1 { level: u8; }

A `needed` on the device that is false for older machine types leaves the way back open.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(slug="section-added", number="VM105", mirror="section-removed", find=spoken_elsewhere)
