"""All rules, by the chapters of the catalogue. Every one sees every pair; what none explains is a
finding of its own."""

from vmsdl.diff.chapters import (
    acceptances,
    composites,
    fields,
    gates,
    header,
    machines,
    releases,
    report,
    subsections,
    types,
    values,
)
from vmsdl.diff.rules.rule import Rule

CHAPTERS = {
    "header": header.RULES,
    "fields": fields.RULES,
    "types": types.RULES,
    "gates": gates.RULES,
    "subsections": subsections.RULES,
    "composites": composites.RULES,
    "values": values.RULES,
    "machines": machines.RULES,
    "releases": releases.RULES,
    "report": report.RULES,
    "acceptances": acceptances.RULES,
}
RULES: tuple[Rule, ...] = tuple(rule for rules in CHAPTERS.values() for rule in rules)
BY_SLUG = {rule.slug: rule for rule in RULES}
