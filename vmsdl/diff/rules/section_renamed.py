"""A section has another name on the wire.

The name is how a program finds the device that a section is for: each side refuses the other's.

    before    device vga version 1 { … }
    after     device vga as "vga-isa" version 1 { … }

Keep the old name with `as`.
"""

from vmsdl.diff.rules.rule import Rule, spoken_elsewhere

RULE = Rule(slug="section-renamed", number="VM101", mirror="section-renamed", find=spoken_elsewhere)
