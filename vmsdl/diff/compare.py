"""Two programs: pairs their devices, compares each pair in both directions, and makes the report.

One pair, in order: both migrations are analyzed; if anything differs, the rules find the edits;
each effect of the migrations is attributed to the edits that cause it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from vmsdl.diff.attribute import FoundEdit, attribute_effects
from vmsdl.diff.devices import (
    find_of_same_type,
    find_renames,
    pair_sides,
    report_rename,
    report_unpaired,
)
from vmsdl.diff.edits.constraints import find_constraint_changes
from vmsdl.diff.edits.pair import Pair, find_pairs
from vmsdl.diff.machines import report_machine_types
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.migration import analyze_migration
from vmsdl.diff.report import DeviceReport, Finding, Report
from vmsdl.diff.rules.registry import RULES
from vmsdl.diff.save_refusals import find_refused_saves, has_load_check
from vmsdl.diff.verdict import Verdicts
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
    """Every device, and every struct that no device embeds, of two programs."""
    old, new = tuple(old), tuple(new)
    old_sides, new_sides = pair_sides(old), pair_sides(new)
    devices: list[DeviceReport] = []
    findings: list[Finding] = []
    renames = find_renames(old_sides, new_sides)
    for name in dict.fromkeys((*old_sides, *new_sides)):
        if name in renames.values():
            continue  # reported under its old name
        device, found = compare_device(name, old_sides, new_sides, machine)
        findings += found
        devices.append(device)
    if devices:
        findings += report_machine_types(old, new, devices[0].name)
    findings.sort(key=lambda finding: -finding.verdict.badness)
    return Report(old_name, new_name, machine, tuple(devices), tuple(findings))


def compare_device(
    name: str, old_sides: Mapping[str, Side], new_sides: Mapping[str, Side], machine: str | None
) -> tuple[DeviceReport, list[Finding]]:
    """One of the devices of two programs, by its name in `pair_sides`."""
    old, new = old_sides.get(name), new_sides.get(name)
    if old is None or new is None:
        for old_name, new_name in find_renames(old_sides, new_sides).items():
            if name in (old_name, new_name):
                return report_rename(old_sides[old_name], new_sides[new_name], machine)
        # A dump may know this device by another of its QOM types.
        old = old or find_of_same_type(new, old_sides.values())
        new = new or find_of_same_type(old, new_sides.values())
    if old is None or new is None:
        return report_unpaired(old, new, old_sides.values(), new_sides.values(), machine)
    if old.description.wire_name != new.description.wire_name:
        device, findings = report_rename(old, new, machine)
    else:
        device, findings = _compare_pair(old, new, machine)
    # Several devices of one wire name go by different names in a report.
    return replace(device, name=name), [replace(finding, device=name) for finding in findings]


def find_verdicts(old: Side, new: Side, machine: str | None) -> Verdicts:
    """The verdicts on two descriptions of one device, without the findings."""
    return Verdicts(
        analyze_migration(old, new, machine, sender_is_old=True).verdict,
        analyze_migration(new, old, machine, sender_is_old=False).verdict,
    )


def _compare_pair(old: Side, new: Side, machine: str | None) -> tuple[DeviceReport, list[Finding]]:
    forward = analyze_migration(old, new, machine, sender_is_old=True)
    backward = analyze_migration(new, old, machine, sender_is_old=False)
    device = DeviceReport(
        new.description.wire_name,
        forward.verdict,
        backward.verdict,
        old.description.version_id,
        new.description.version_id,
        tuple(dict.fromkeys((*forward.assumptions, *backward.assumptions))),
        old,
        new,
        forward,
        backward,
    )
    whole = Pair(old, new, forward=forward, backward=backward)
    pairs = [] if _is_unedited(old, new) else list(find_pairs(whole))
    edits = [FoundEdit(r.slug, edit) for r in RULES for pair in pairs for edit in r.find(pair)]
    findings = attribute_effects(edits, forward, backward, old, new)
    if any(_may_refuse_saves(pair) for pair in pairs):
        findings += find_refused_saves(new, old, machine)
    return device, findings


def _may_refuse_saves(pair: Pair) -> bool:
    """Whether the new body checks something on save that the old one does not."""
    return has_load_check(pair.old.description) or any(
        change.after for change in find_constraint_changes(pair)
    )


def _is_unedited(old: Side, new: Side) -> bool:
    """Whether no rule can find anything."""
    before = find_description_form(old.description, old.schema)
    return (
        before == find_description_form(new.description, new.schema)
        and old.description.annotations == new.description.annotations
        and old.schema.machines == new.schema.machines
    )
