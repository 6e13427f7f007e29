"""Two schemas: every device in both directions, each finding by the rule that explains it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from vmsdl.diff.attribute import _findings
from vmsdl.diff.devices import (
    are_of_one_type,
    find_renames,
    pair_sides,
    report_renames,
    report_unpaired,
)
from vmsdl.diff.edits.constraints import find_constraint_changes
from vmsdl.diff.edits.pair import Pair, find_pairs
from vmsdl.diff.machines import report_machine_types
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import analyze_migration
from vmsdl.diff.report import DeviceReport, Finding, Report
from vmsdl.diff.rules.registry import RULES
from vmsdl.diff.save_refusals import find_refused_saves
from vmsdl.diff.verdict import BADNESS, Verdict
from vmsdl.schema.description import Schema
from vmsdl.schema.structure import find_description_form


def compare(
    old: Iterable[Schema],
    new: Iterable[Schema],
    *,
    old_name: str,
    new_name: str,
    machine: str | None = None,
) -> Report:
    """Every device, and every struct that nothing embeds, of two programs."""
    old, new = tuple(old), tuple(new)
    before, after = pair_sides(old), pair_sides(new)
    devices: list[DeviceReport] = []
    findings: list[Finding] = []
    called = find_renames(before, after)
    for name in dict.fromkeys((*before, *after)):
        if name in called.values():
            continue
        device, found = compare_device(name, before, after, machine)
        findings += found
        devices.append(device)
    findings += report_machine_types(old, new, devices[0].name) if devices else ()
    findings.sort(key=lambda finding: -BADNESS.index(finding.verdict))
    return Report(old_name, new_name, machine, tuple(devices), tuple(findings))


def compare_device(
    name: str, before: Mapping[str, Side], after: Mapping[str, Side], machine: str | None
) -> tuple[DeviceReport, list[Finding]]:
    """One of all devices of two programs."""
    one, other = before.get(name), after.get(name)
    if one is None or other is None:
        for old, new in find_renames(before, after).items():
            if name in (old, new):
                device, finding = report_renames(before[old], after[new], machine)
                return device, [finding]
        # What has one name may be of several types of QEMU here, and of fewer there.
        one = one or are_of_one_type(other, before.values())
        other = other or are_of_one_type(one, after.values())
    if one is None or other is None:
        device, finding = report_unpaired(one, other, before.values(), after.values(), machine)
        return device, [finding]
    if one.description.wire_name != other.description.wire_name:
        device, finding = report_renames(one, other, machine)
        return _called(name, device, finding)
    device, found = _pair(one, other, machine)
    return _called(name, device, *found)


def _called(name: str, device: DeviceReport, *found: Finding) -> tuple[DeviceReport, list[Finding]]:
    """One name for each device of the report."""
    return replace(device, name=name), [replace(finding, device=name) for finding in found]


def collect_verdicts(one: Side, other: Side, machine: str | None) -> tuple[Verdict, Verdict]:
    """Old to new, and new to old, of two descriptions of one device."""
    return (
        analyze_migration(one, other, machine, sender_is_old=True).verdict,
        analyze_migration(other, one, machine, sender_is_old=False).verdict,
    )


def _are_same(one: Side, other: Side) -> bool:
    """No rule has anything to find."""
    first, second = find_description_form(one.description, one.schema), find_description_form(
        other.description, other.schema
    )
    return (
        first == second
        and one.description.annotations == other.description.annotations
        and one.schema.machines == other.schema.machines
    )


def _pair(one: Side, other: Side, machine: str | None) -> tuple[DeviceReport, list[Finding]]:
    forward = analyze_migration(one, other, machine, sender_is_old=True)
    backward = analyze_migration(other, one, machine, sender_is_old=False)
    device = DeviceReport(
        other.description.wire_name,
        forward.verdict,
        backward.verdict,
        one.description.version_id,
        other.description.version_id,
        tuple(dict.fromkeys((*forward.assumptions, *backward.assumptions))),
        one,
        other,
        forward,
        backward,
    )
    top = Pair(one, other, forward=forward, backward=backward)
    several = [] if _are_same(one, other) else list(find_pairs(top))
    edits = [(rule.slug, edit) for rule in RULES for pair in several for edit in rule.find(pair)]
    findings = _findings(edits, forward, backward, one, other)
    if any(change.after for pair in several for change in find_constraint_changes(pair)):
        findings += find_refused_saves(other, one, machine)
    return device, findings
