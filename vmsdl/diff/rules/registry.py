"""All rules, by family. Each rule sees each pair; an effect that no rule explains is reported as
`unexplained-layout-change`."""

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

FAMILIES = {
    module.FAMILY.name: tuple(module.FAMILY.rules)
    for module in (
        header,
        fields,
        type_changes,
        gates,
        subsections,
        composites,
        values,
        machines,
        releases,
        report,
        suppressions,
    )
}
RULES: tuple[Rule, ...] = tuple(rule for rules in FAMILIES.values() for rule in rules)
BY_SLUG = {rule.slug: rule for rule in RULES}
