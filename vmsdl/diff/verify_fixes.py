"""From a report with proposed fixes to one where each has the verdicts after it.

A fix is put into the text of the new schema, which is parsed, checked and compared again. A fix
that makes no direction better, or one of them worse, is dropped.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from vmsdl.diagnostics.apply_fixes import apply_replacements
from vmsdl.diff.compare import find_verdicts
from vmsdl.diff.devices import report_unpaired
from vmsdl.diff.direction import Direction
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DeviceReport, Finding, ProposedFix, Report
from vmsdl.diff.verdict import Verdict, Verdicts
from vmsdl.schema.description import Schema
from vmsdl.schema.recorded import is_recorded, is_translated

# The new schema with other texts for some of its files, by path. None: it has errors then.
Reload = Callable[[Schema, Mapping[str, str]], Schema | None]

MOST_FIXES = 12  # that are verified for one report: each is a parse and a comparison


def verify_fixes(report: Report, reload: Reload) -> Report:
    """The worst findings get their fixes verified first."""
    devices = {device.name: device for device in report.devices}
    left = MOST_FIXES
    findings: list[Finding] = []
    for finding in report.findings:
        device = devices[finding.device]
        verified: list[ProposedFix] = []
        for fix in finding.fixes if finding.verdict is not Verdict.OK else ():
            if left and (better := _verify(fix, device, report.machine, reload)) is not None:
                verified.append(better)
            left = max(0, left - _find_cost(device))
        findings.append(replace(finding, fixes=tuple(verified)))
    return replace(report, findings=tuple(findings))


def _find_cost(device: DeviceReport) -> int:
    """How much of all work a comparison of this device is: it grows with the ways to load it."""
    results = (device.forward, device.backward)
    partitions = [each.partition for each in results if each is not None]
    return 1 + sum(each.outcomes for each in partitions if each is not None) // _FEW_OUTCOMES


_FEW_OUTCOMES = 8


def _verify(
    fix: ProposedFix, device: DeviceReport, machine: str | None, reload: Reload
) -> ProposedFix | None:
    """The fix with the verdicts after it; None where no direction is better then."""
    if device.new is None:
        return None
    if is_recorded(device.new.description) or is_translated(device.new.description):
        return None  # a dump, stream or C source is no .vmsd text that anybody edits
    schema = reload(device.new.schema, apply_fix(fix))
    description = None if schema is None else schema.descriptions.get(device.new.description.name)
    if schema is None or description is None:
        return None
    machines = {**device.new.schema.machines, **schema.machines}
    new = Side(replace(schema, machines=machines), description)
    if device.old is None:
        after = report_unpaired(None, new, device.others, (), machine)[0].verdicts
    else:
        after = find_verdicts(device.old, new, machine)
    if not _is_mend(device.verdicts, after):
        return None
    return replace(fix, old_to_new=after.old_to_new, new_to_old=after.new_to_old)


def _is_mend(before: Verdicts, after: Verdicts) -> bool:
    """One direction is better for certain, none is worse than `conditional` or than it was, and
    some state loads in one of them."""
    pairs = [(before.of(direction), after.of(direction)) for direction in Direction]
    return (
        any(new.badness < old.badness and new is not Verdict.UNKNOWN for old, new in pairs)
        and not any(
            new.badness > max(old.badness, Verdict.CONDITIONAL.badness) for old, new in pairs
        )
        and not all(new is Verdict.REFUSED for _, new in pairs)
    )


def apply_fix(fix: ProposedFix) -> dict[str, str]:
    """The files that a fix changes, by path, with their texts after it."""
    return apply_replacements(fix.replacements)
