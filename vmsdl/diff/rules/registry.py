"""All rules, by the chapters of the catalogue. Every one sees every pair; what none explains is a
finding of its own."""

from vmsdl.diff.rules import (
    composites,
    fields,
    gates,
    header,
    machines,
    releases,
    report,
    subsections,
    suppressions,
    type_changes,
    values,
)
from vmsdl.diff.rules.rule import Rule

CHAPTERS = {
    "header": header.RULES,
    "fields": fields.RULES,
    "types": type_changes.RULES,
    "gates": gates.RULES,
    "subsections": subsections.RULES,
    "composites": composites.RULES,
    "values": values.RULES,
    "machines": machines.RULES,
    "releases": releases.RULES,
    "report": report.RULES,
    "acceptances": suppressions.RULES,
}
RULES: tuple[Rule, ...] = tuple(rule for rules in CHAPTERS.values() for rule in rules)
BY_SLUG = {rule.slug: rule for rule in RULES}
