"""From a report with proposed fixes to one where each has the verdicts after it.

A fix is put into the text of the new schema, which is parsed, checked and compared again. A fix
that makes no direction better is dropped.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from vmsdl.diagnostics.apply_fixes import apply_replacements
from vmsdl.diff.compare import find_verdicts
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.report import DeviceReport, Finding, ProposedFix, Report
from vmsdl.diff.verdict import Verdict
from vmsdl.schema.description import Schema
from vmsdl.schema.recorded import is_recorded

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
            left = max(0, left - 1)
        findings.append(replace(finding, fixes=tuple(verified)))
    return replace(report, findings=tuple(findings))


def _verify(
    fix: ProposedFix, device: DeviceReport, machine: str | None, reload: Reload
) -> ProposedFix | None:
    """The fix with the verdicts after it; None where no direction is better then."""
    if device.old is None or device.new is None:
        return None
    if is_recorded(device.new.description):
        return None  # a dump or stream is not a text that anybody edits
    schema = reload(device.new.schema, apply_fix(fix))
    description = None if schema is None else schema.descriptions.get(device.new.description.name)
    if schema is None or description is None:
        return None
    after = find_verdicts(device.old, Side(schema, description), machine)
    is_better = (
        after.old_to_new.badness < device.old_to_new.badness
        or after.new_to_old.badness < device.new_to_old.badness
    )
    if not is_better:
        return None
    return replace(fix, old_to_new=after.old_to_new, new_to_old=after.new_to_old)


def apply_fix(fix: ProposedFix) -> dict[str, str]:
    """The files that a fix changes, by path, with their texts after it."""
    return apply_replacements(fix.replacements)
