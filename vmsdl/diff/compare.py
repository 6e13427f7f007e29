"""Two programs: pairs their devices, compares each pair in both directions, and makes the report.

One pair, in order: both migrations are analyzed; if anything differs, the rules find the edits;
each effect of the migrations is attributed to the edits that cause it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from vmsdl.diff.attribute import FoundEdit, attribute_effects
from vmsdl.diff.chosen_devices import ChosenDevices
from vmsdl.diff.configurations import MachineGroup, analyze_on, group_machines
from vmsdl.diff.devices import (
    find_of_same_type,
    find_renames,
    pair_programs,
    report_rename,
    report_unpaired,
)
from vmsdl.diff.direction import Direction
from vmsdl.diff.edits.constraints import find_constraint_changes
from vmsdl.diff.edits.edit import Edit
from vmsdl.diff.edits.pair import Pair, find_pairs
from vmsdl.diff.machines import (
    MISSING_ENTRY,
    describe_machines,
    find_losing,
    is_silent,
    merge_findings,
    report_machine_types,
)
from vmsdl.diff.matching.fields import Side
from vmsdl.diff.own_state import find_own_state_findings
from vmsdl.diff.report import NO_EFFECT, DeviceReport, Finding, Report
from vmsdl.diff.result import MigrationResult
from vmsdl.diff.rules.registry import RULES
from vmsdl.diff.save_refusals import find_refused_saves, has_load_check
from vmsdl.diff.shared_hooks import find_shared_structs, is_settled, report_shared, settle
from vmsdl.diff.verdict import Verdict, Verdicts, worst, worst_of_each
from vmsdl.prove.budget import COMPARISON, MIGRATION, Budget
from vmsdl.records import dataclass
from vmsdl.schema.description import Schema
from vmsdl.schema.structure import find_description_form

# Called with the name of a device, its number, and how many there are.
TellDevice: TypeAlias = Callable[[str, int, int], None]


def compare(
    old: Iterable[Schema],
    new: Iterable[Schema],
    *,
    old_name: str,
    new_name: str,
    machine: str | None = None,
    chosen: ChosenDevices | None = None,
    tell: TellDevice | None = None,
) -> Report:
    """Every device, and every struct that no device embeds, of two programs.

    `chosen`: only these devices. `tell` is told of each device before it is compared.
    """
    old, new = tuple(old), tuple(new)
    old_sides, new_sides = pair_programs(old, new)
    devices: list[DeviceReport] = []
    findings: list[Finding] = []
    seen: set[tuple[object, ...]] = set()
    renames = find_renames(old_sides, new_sides)
    shared = find_shared_structs(
        {
            name: (old_sides[name], new_sides[name])
            for name in sorted(old_sides.keys() & new_sides.keys())
            if chosen is None or chosen.has(new_sides[name].description.wire_name)
        }
    )
    old_sides, new_sides = (
        {name: settle(side, shared) for name, side in sides.items()}
        for sides in (old_sides, new_sides)
    )
    names = dict.fromkeys((*old_sides, *new_sides))
    for number, name in enumerate(names, start=1):
        if tell is not None:
            tell(name, number, len(names))
        if name in renames.values():
            continue  # reported under its old name
        sides = (old_sides.get(name), new_sides.get(renames.get(name, name)))
        if chosen is not None and not any(
            chosen.has(side.description.wire_name) for side in sides if side is not None
        ):
            continue
        if _are_named_again(sides, seen):
            continue
        device, found = compare_device(name, old_sides, new_sides, machine)
        findings += found
        devices.append(device)
    for _, struct in sorted(shared.items()):
        device, found = report_shared(struct)
        findings += found
        devices.append(device)
    if devices and machine is None:
        findings += report_machine_types(old, new, devices[0].name)
    findings.sort(key=lambda finding: -finding.verdict.badness)
    return Report(old_name, new_name, machine, tuple(devices), tuple(findings))


def _are_named_again(sides: tuple[Side | None, ...], seen: set[tuple[object, ...]]) -> bool:
    """Whether they are the same two descriptions under another name on the wire."""
    if None in sides:
        return False
    key = tuple(
        (side.description.name_span.source.path, side.description.name_span.start)
        for side in sides
        if side is not None
    )
    is_known = key in seen
    seen.add(key)
    return is_known


def compare_device(
    name: str, old_sides: Mapping[str, Side], new_sides: Mapping[str, Side], machine: str | None
) -> tuple[DeviceReport, list[Finding]]:
    """One of the devices of two programs, by its name in `pair_sides`."""
    old, new = old_sides.get(name), new_sides.get(name)
    if old is None or new is None:
        for old_name, new_name in find_renames(old_sides, new_sides).items():
            if name in (old_name, new_name):
                return _compare_renamed(old_sides[old_name], new_sides[new_name], machine)
        # A dump may know this device by another of its QOM types.
        old = old or find_of_same_type(new, old_sides.values())
        new = new or find_of_same_type(old, new_sides.values())
    if old is None or new is None:
        device, findings = report_unpaired(
            old, new, old_sides.values(), new_sides.values(), machine
        )
        return replace(device, name=name), [replace(each, device=name) for each in findings]
    if old.description.wire_name != new.description.wire_name:
        device, findings = _compare_renamed(old, new, machine)
    else:
        device, findings = _compare_pair(old, new, machine)
    # Several devices of one wire name go by different names in a report.
    return replace(device, name=name), [replace(finding, device=name) for finding in findings]


def find_verdicts(old: Side, new: Side, machine: str | None) -> Verdicts:
    """The verdicts on two descriptions of one device, without the findings."""
    migrations = _analyze_on_machines(old, new, machine, Budget(COMPARISON))
    return worst_of_each(each.verdicts for each in migrations)


@dataclass(frozen=True, slots=True)
class _MigrationsOn:
    """Both migrations on some machine types, which behave alike."""

    group: MachineGroup
    forward: MigrationResult
    backward: MigrationResult

    @property
    def verdicts(self) -> Verdicts:
        return Verdicts(self.forward.verdict, self.backward.verdict)


def _analyze_on_machines(
    old: Side, new: Side, machine: str | None, budget: Budget
) -> list[_MigrationsOn]:
    groups = group_machines(old, new, machine)
    left = 2 * len(groups)  # migrations that are still to do: none takes what others need
    found: list[_MigrationsOn] = []
    for group in groups:
        there = budget.share(left, "old to new", MIGRATION)
        forward = analyze_on(old, new, group, sender_is_old=True, budget=there)
        back = budget.share(left - 1, "new to old", MIGRATION)
        backward = analyze_on(new, old, group, sender_is_old=False, budget=back)
        found.append(_MigrationsOn(group, forward, backward))
        left -= 2
    return found


def _compare_pair(old: Side, new: Side, machine: str | None) -> tuple[DeviceReport, list[Finding]]:
    budget = Budget(COMPARISON)
    migrations = _analyze_on_machines(old, new, machine, budget)
    forward = _find_worst([each.forward for each in migrations])
    backward = _find_worst([each.backward for each in migrations])
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
        on_machines=describe_machines([(each.group, each.verdicts) for each in migrations]),
        work=budget,
    )
    whole = Pair(old, new, forward=forward, backward=backward)
    pairs = [] if _is_unedited(old, new) else list(find_pairs(whole))
    edits = [
        FoundEdit(rule.slug, edit)
        for rule in RULES
        for pair in pairs
        for edit in rule.find(pair)
        if not (edit.changes_hook and is_settled(pair, new))
    ]
    has_checks = any(map(_may_refuse_saves, pairs))
    findings_on: list[tuple[MachineGroup, list[Finding]]] = []
    own_budget = budget.share(1, "its own state", MIGRATION)
    for each in migrations:
        here = [found for found in edits if _is_about(found.edit, each.group)]
        own = attribute_effects(here, each.forward, each.backward, old, new)
        if has_checks:
            own += find_refused_saves(new, old, each.backward.machines)
        if pairs:
            own += find_own_state_findings(old, new, each.group, own_budget)
        findings_on.append((each.group, own))
    # An entry that nothing depends on is not missing.
    findings = [
        each
        for each in merge_findings(findings_on)
        if each.rule != MISSING_ENTRY or not is_silent(each)
    ]
    return _count_all(device, findings), findings


def _count_all(device: DeviceReport, findings: Sequence[Finding]) -> DeviceReport:
    """The device with what its findings say beyond the verdicts on both directions."""
    return replace(
        device,
        new_to_new=worst(
            (
                Verdict.CONDITIONAL
                if each.new_to_new.verdict is Verdict.REFUSED and not each.new_to_new.is_always
                else each.new_to_new.verdict
            )
            for each in findings
        ),
        losing=find_losing(findings),
    )


def _is_about(edit: Edit, group: MachineGroup) -> bool:
    return not edit.machine_types or any(name in group for name in edit.machine_types)


def _find_worst(results: Sequence[MigrationResult]) -> MigrationResult:
    return max(results, key=lambda each: each.verdict.badness)


def _compare_renamed(
    old: Side, new: Side, machine: str | None
) -> tuple[DeviceReport, list[Finding]]:
    """A section with another name, which is refused, and what else was edited in it."""
    device, findings = report_rename(old, new, machine)
    _, others = _compare_pair(old, new, machine)
    return device, findings + [_hide(finding) for finding in others]


def _hide(finding: Finding) -> Finding:
    """A finding of a section that is refused for its name before a field is read."""
    verdicts = [f"{each.phrase} {finding.result(each).verdict}" for each in Direction]
    message = finding.message
    if finding.verdict is not Verdict.OK:
        message += f"; with the name as before: {', '.join(verdicts)}"
    return replace(finding, message=message, old_to_new=NO_EFFECT, new_to_old=NO_EFFECT, fixes=())


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
