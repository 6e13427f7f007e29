"""Which devices of two programs are compared with which; the findings of those without a
counterpart.

The section of a device without a counterpart, or with another name, is refused where it is sent:
the other side has no device for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from vmsdl.diff.configurations import MachineGroup, group_machines
from vmsdl.diff.fixes.headers import omit_on_machines, set_wire_name
from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.layout.settings import collect_settings, find_own_settings
from vmsdl.diff.machines import (
    HELP_MISSING_ENTRY,
    MISSING_ENTRY,
    describe_machines,
    merge_findings,
    word_missing_entry,
)
from vmsdl.diff.matching.fields import Side, find_top_descriptions
from vmsdl.diff.report import ALWAYS, DeviceReport, DirectionResult, Finding
from vmsdl.diff.verdict import Verdict, Verdicts, worst, worst_of_each
from vmsdl.expr.logic import TRUE, is_true, not_
from vmsdl.expr.nodes import BOOL, Expr, Extern, ExternPresence, Member, PresenceKind, children
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.prove.witness import format_witness
from vmsdl.schema.description import Description, Property, Role, Schema
from vmsdl.schema.recorded import Origin, find_origin, is_recorded

# The rules that report sections which one side does not have, by that name or at all.
SECTION_RULES = frozenset({"section-added", "section-removed", "section-renamed"})


def pair_sides(schemas: Iterable[Schema]) -> dict[str, Side]:
    """The devices of a program that are compared, by the name that pairs them.

    That is the wire name; a device with several has as many sections. Where several have one wire
    name, each is also named by its instance, or each but the last by its QOM type. The machine
    types of all files are those of each device.
    """
    found: dict[str, list[Side]] = {}
    for schema in share_machines(schemas):
        for description in find_top_descriptions(schema):
            for name in description.wire_names:
                one = description
                if description.other_names:
                    one = replace(description, wire_name=name, other_names=())
                found.setdefault(name, []).append(Side(schema, one))
    named: dict[str, Side] = {}
    for name, sides in found.items():
        # The one with the most types goes by the wire name alone, in every version.
        sides.sort(key=lambda side: (len(types := read_qom_names(side.description)), sorted(types)))
        for side in sides:
            types = sorted(read_qom_names(side.description))
            is_last = side is sides[-1]
            instances = side.description.instances
            if len(sides) > 1 and instances:
                named[f"{name} instance {instances[0].number}"] = side
            else:
                named[name if is_last or not types else f"{name} of {types[0]}"] = side
    return named


def pair_programs(
    old: Iterable[Schema], new: Iterable[Schema]
) -> tuple[dict[str, Side], dict[str, Side]]:
    """The devices of two programs; those that are compared with each other have the same name."""
    before, after = pair_sides(old), pair_sides(new)
    before = _align_types(before, after)
    return before, _align_types(after, before)


def _align_types(sides: Mapping[str, Side], others: Mapping[str, Side]) -> dict[str, Side]:
    """The sides of one program under the names of those of the other that share a QOM type.

    Where only one of two devices of a wire name is left, `pair_sides` names it as the other was.
    """
    named = dict(sides)
    for name, other in others.items():
        own = named.get(name)
        types = read_qom_names(other.description)
        if own is None or not types or not (mine := read_qom_names(own.description)):
            continue
        if types & mine:
            continue
        for key, each in list(named.items()):
            is_alike = each.description.wire_name == other.description.wire_name
            if is_alike and types & read_qom_names(each.description):
                del named[key]
                named[name] = each
                named[f"{own.description.wire_name} of {min(mine)}"] = own
                break
    return named


def share_machines(schemas: Iterable[Schema]) -> list[Schema]:
    """The schemas of a program, each with the machine types of all."""
    known = list(schemas)
    every = {name: machine for schema in known for name, machine in schema.machines.items()}
    return [
        schema if len(schema.machines) == len(every) else replace(schema, machines=every)
        for schema in known
    ]


def find_renames(old_sides: Mapping[str, Side], new_sides: Mapping[str, Side]) -> dict[str, str]:
    """Old and new names of devices that changed their wire name. What stays is the name in the
    schema, or a QOM type."""
    found: dict[str, str] = {}
    for new in new_sides.keys() - old_sides.keys():
        olds = [
            old
            for old in old_sides.keys() - new_sides.keys() - found.keys()
            if _is_same_device(old_sides[old].description, new_sides[new].description)
        ]
        if len(olds) == 1:
            found[olds[0]] = new
    return found


def _is_same_device(old: Description, new: Description) -> bool:
    if old.role is not Role.DEVICE or new.role is not Role.DEVICE:
        return False
    return old.name == new.name or bool(read_qom_names(old) & read_qom_names(new))


def find_of_same_type(side: Side | None, others: Iterable[Side]) -> Side | None:
    """The first of the others that shares a QOM type with a side that comes from a dump."""
    if side is None:
        return None
    types = read_qom_names(side.description)
    if find_origin(side.schema, side.description) is not Origin.DUMP or not types:
        return None
    return next((each for each in others if types & read_qom_names(each.description)), None)


def read_qom_names(d: Description) -> set[str]:
    """The QOM types that a description is of, by its `@qom` annotations."""
    return {
        str(argument)
        for annotation in d.annotations
        if annotation.name == "qom"
        for argument in annotation.arguments
    }


def report_rename(
    old_side: Side, new_side: Side, machine: str | None
) -> tuple[DeviceReport, list[Finding]]:
    old, new = old_side.description, new_side.description
    results: list[tuple[MachineGroup, DirectionResult, DirectionResult]] = []
    for group in group_machines(old_side, new_side, machine):
        one = group[0] if group else None
        results.append((group, _refuse_on(old_side, one), _refuse_on(new_side, one)))
    finding = Finding(
        rule="section-renamed",
        device=new.wire_name,
        path=new.name,
        message=f'section "{old.wire_name}" was renamed to "{new.wire_name}"',
        old=old.name_span,
        new=new.name_span,
        help=f'keep the old wire name: `as "{old.wire_name}"`',
        fixes=tuple(set_wire_name(new, old.wire_name)),
    )
    verdicts = [
        (group, Verdicts(_decide_verdict(forward), _decide_verdict(backward)))
        for group, forward, backward in results
    ]
    headline = worst_of_each(each for _, each in verdicts)
    device = DeviceReport(
        new.wire_name,
        headline.old_to_new,
        headline.new_to_old,
        old.version_id,
        new.version_id,
        old=old_side,
        new=new_side,
        on_machines=describe_machines(verdicts),
    )
    findings = [
        (group, [replace(finding, old_to_new=forward, new_to_old=backward)])
        for group, forward, backward in results
    ]
    return device, merge_findings(findings)


def report_unpaired(
    old: Side | None,
    new: Side | None,
    old_sides: Iterable[Side],
    new_sides: Iterable[Side],
    machine: str | None,
) -> tuple[DeviceReport, list[Finding]]:
    """A device of one side; exactly one of `old` and `new` is given."""
    side, others = (old, new_sides) if old is not None else (new, old_sides)
    assert side is not None
    others = list(others)
    results = _refuse_section(side, others, machine)
    report_on = _report_removed if old is not None else _report_added
    device = replace(_make_report(side, results, is_old=old is not None), others=tuple(others))
    findings = merge_findings([(group, [report_on(side, each)]) for group, each in results])
    why = describe_absence(others)
    if not why or side.description.role is not Role.DEVICE:
        return device, findings + (_report_missing_entries(side, results) if old is None else [])
    finding = findings[0]
    unknown = DirectionResult(Verdict.UNKNOWN, condition=ALWAYS, detail=why, expression=TRUE)
    finding = replace(
        finding,
        message=f'section "{side.description.wire_name}" was found in one version only',
        old_to_new=unknown,
        new_to_old=unknown,
        help=None,
    )
    return replace(device, old_to_new=Verdict.UNKNOWN, new_to_old=Verdict.UNKNOWN), [finding]


def describe_absence(others: Iterable[Side]) -> str:
    """Why a device that a dump or stream lacks may exist all the same; empty: it does not."""
    devices = [side for side in others if side.description.role is Role.DEVICE]
    if not devices or not all(is_recorded(side.description) for side in devices):
        return ""
    # All have one origin; a description without fields does not show which.
    first = next((side for side in devices if side.description.fields), devices[0])
    if find_origin(first.schema, first.description) is Origin.STREAM:
        return (
            "a stream lacks sections of devices that its machine did not have or did not need to"
            " send"
        )
    return "a dump lacks devices that register their description in their own code"


# By machine types, what becomes of a section that the other side does not have.
_SectionResults: TypeAlias = list[tuple[MachineGroup, DirectionResult]]


def _make_report(side: Side, results: _SectionResults, *, is_old: bool) -> DeviceReport:
    d = side.description
    verdicts = [(group, _decide_verdict(result)) for group, result in results]
    return DeviceReport(
        d.wire_name,
        worst(each for _, each in verdicts) if is_old else Verdict.OK,
        Verdict.OK if is_old else worst(each for _, each in verdicts),
        d.version_id if is_old else None,
        None if is_old else d.version_id,
        old=side if is_old else None,
        new=None if is_old else side,
        on_machines=describe_machines(
            [
                (group, Verdicts(each, Verdict.OK) if is_old else Verdicts(Verdict.OK, each))
                for group, each in verdicts
            ]
        ),
    )


def _report_removed(one: Side, result: DirectionResult) -> Finding:
    d = one.description
    is_device = d.role is Role.DEVICE
    return Finding(
        rule="section-removed" if is_device else "struct-removed",
        device=d.wire_name,
        path=d.name,
        message=(
            f'section "{d.wire_name}" was removed'
            if is_device
            else f"struct `{d.name}` was removed"
        ),
        old_to_new=result,
        old=d.name_span,
        only_in="old",
        help="keep it, with a `needed` that is never true" if is_device else None,
    )


def _report_added(other: Side, result: DirectionResult) -> Finding:
    d = other.description
    is_device = d.role is Role.DEVICE
    return Finding(
        rule="section-added" if is_device else "struct-added",
        device=d.wire_name,
        path=d.name,
        message=(
            f'section "{d.wire_name}" was added' if is_device else f"struct `{d.name}` was added"
        ),
        new_to_old=result,
        new=d.name_span,
        only_in="new",
        help=(
            "add a `needed` that reads a property which is off on older machine types"
            if is_device and result.verdict is not Verdict.OK
            else None
        ),
    )


def _report_missing_entries(side: Side, results: _SectionResults) -> list[Finding]:
    """The properties that would keep an added section from being sent, by machine type."""
    d = side.description
    sent = [(group, each) for group, each in results if group and each.verdict is not Verdict.OK]
    found: list[Finding] = []
    for member in d.properties:
        path = (d.name, member.name)
        unset = [
            name
            for group, _ in sent
            for name in group
            if path not in collect_settings(side.schema, name)
        ]
        if not unset or not _is_read(member, d.needed):
            continue
        found.append(
            Finding(
                rule=MISSING_ENTRY,
                device=d.wire_name,
                path=".".join(path),
                message=word_missing_entry(member.name, unset),
                new_to_old=sent[0][1],
                new=member.span,
                only_in="new",
                help=HELP_MISSING_ENTRY,
                fixes=tuple(omit_on_machines(side.schema, unset, path, member)),
                machine_types=tuple(unset) if len(sent) < len(results) else None,
            )
        )
    return found


def _is_read(member: Property, needed: Expr | Extern | None) -> bool:
    stack: list[Expr] = [] if needed is None or isinstance(needed, Extern) else [needed]
    while stack:
        part = stack.pop()
        if isinstance(part, Member) and part.up == 0 and part.name == member.name:
            return True
        stack += children(part)
    return False


def _refuse_section(side: Side, others: Iterable[Side], machine: str | None) -> _SectionResults:
    """What happens on each machine type of both where the other side lacks the section."""
    if side.description.role is not Role.DEVICE:
        return [((), DirectionResult(Verdict.OK))]
    known = {name: each for other in others for name, each in other.schema.machines.items()}
    nothing = replace(side.description, properties=(), steps=(), subsections=())
    other = Side(replace(side.schema, machines=known), nothing)
    return [
        (group, _refuse_on(side, group[0] if group else None))
        for group in group_machines(other, side, machine)
    ]


def _refuse_on(side: Side, machine: str | None) -> DirectionResult:
    d = side.description
    needed = _find_needed(side, machine)
    prover = ConditionProver(side.schema.enums, {}, TRUE)
    sent = prover.satisfiable(needed)
    if sent.holds is False:
        return DirectionResult(Verdict.OK)
    is_always = is_true(needed) or prover.satisfiable(not_(needed)).holds is False
    return DirectionResult(
        Verdict.REFUSED,
        condition=ALWAYS if is_always else unparse(needed),
        witness=None if is_always else format_witness(sent.witness),
        state=None if is_always else sent.witness,
        detail=f'the receiver does not know section "{d.wire_name}"',
        expression=TRUE if is_always else needed,
    )


def _decide_verdict(result: DirectionResult) -> Verdict:
    is_conditional = result.verdict is Verdict.REFUSED and not result.is_always
    return Verdict.CONDITIONAL if is_conditional else result.verdict


def _find_needed(side: Side, machine: str | None) -> Expr:
    d = side.description
    match d.needed:
        case None:
            return TRUE
        case Extern():
            return ExternPresence(type=BOOL, path=(d.name,), kind=PresenceKind.SENT)
        case condition:
            flattener = Flattener(side.schema, find_own_settings(side, machine))
            return flattener.rewrite(condition, (flattener.place_top(d, d.version_id),))
