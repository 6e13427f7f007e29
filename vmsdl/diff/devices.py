"""From devices that are on one side alone, or called otherwise there, to their findings.

Nobody claims their section on the other side.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from vmsdl.diff.fixes.headers import set_wire_name
from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.layout.settings import find_shared_settings
from vmsdl.diff.matching.fields import Side, find_top_descriptions
from vmsdl.diff.report import DeviceReport, DirectionResult, Finding
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE, is_true, not_
from vmsdl.expr.nodes import BOOL, Expr, Extern, ExternPresence, PresenceKind
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.prove.witness import format_witness
from vmsdl.schema.description import Description, Role, Schema
from vmsdl.schema.recorded import Origin, find_origin, is_recorded


def find_renames(before: Mapping[str, Side], after: Mapping[str, Side]) -> dict[str, str]:
    """The old and the new name on the wire of one device: known by its name, or its type's."""
    found: dict[str, str] = {}
    for new in after.keys() - before.keys():
        olds = [
            old
            for old in before.keys() - after.keys() - found.keys()
            if _are_one(before[old].description, after[new].description)
        ]
        if len(olds) == 1:
            found[olds[0]] = new
    return found


def report_renames(one: Side, other: Side, machine: str | None) -> tuple[DeviceReport, Finding]:
    old, new = one.description, other.description
    forward, backward = _unclaimed(one, machine), _unclaimed(other, machine)
    finding = Finding(
        rule="section-renamed",
        device=new.wire_name,
        path=new.name,
        message=f'section "{old.wire_name}" is called "{new.wire_name}" now',
        old_to_new=forward,
        new_to_old=backward,
        old=old.name_span,
        new=new.name_span,
        help=f'keep the name: `as "{old.wire_name}"`',
        remedies=tuple(set_wire_name(new, old.wire_name)),
    )
    return (
        DeviceReport(
            new.wire_name,
            _verdict(forward),
            _verdict(backward),
            old.version_id,
            new.version_id,
            old=one,
            new=other,
        ),
        finding,
    )


def report_unpaired(
    one: Side | None,
    other: Side | None,
    before: Iterable[Side],
    after: Iterable[Side],
    machine: str | None,
) -> tuple[DeviceReport, Finding]:
    """A device of one side; one of the two is there."""
    side, others = (one, after) if one is not None else (other, before)
    assert side is not None
    device, found = _removed(side, machine) if one is not None else _added(side, machine)
    why = describe_absence(others)
    if not why or side.description.role is not Role.DEVICE:
        return device, found
    unknown = DirectionResult(Verdict.UNKNOWN, when="always", error=why, condition=TRUE)
    return (
        replace(device, old_to_new=Verdict.UNKNOWN, new_to_old=Verdict.UNKNOWN),
        replace(
            found,
            message=f'section "{side.description.wire_name}" was found on one side alone',
            old_to_new=unknown,
            new_to_old=unknown,
            help=None,
        ),
    )


def are_of_one_type(side: Side | None, others: Iterable[Side]) -> Side | None:
    """What has the section of the same type of QEMU there, where dumps name the types."""
    if side is None:
        return None
    types = read_qom_names(side.description)
    if find_origin(side.schema, side.description) is not Origin.DUMP or not types:
        return None
    return next((each for each in others if types & read_qom_names(each.description)), None)


def describe_absence(others: Iterable[Side]) -> str:
    """Why what is not there may be there all the same; empty: it is not."""
    devices = [side for side in others if side.description.role is Role.DEVICE]
    if not devices or not all(is_recorded(side.description) for side in devices):
        return ""
    # They were imported together; what has no fields tells nothing.
    first = next((side for side in devices if side.description.fields), devices[0])
    if find_origin(first.schema, first.description) is Origin.STREAM:
        return "no stream has a section of what its machine had not, or need not send"
    return "no dump has a device that registers its description by hand"


def _removed(one: Side, machine: str | None) -> tuple[DeviceReport, Finding]:
    d = one.description
    is_device = d.role is Role.DEVICE
    outcome = _unclaimed(one, machine) if is_device else DirectionResult(Verdict.OK)
    finding = Finding(
        rule="section-removed" if is_device else "struct-removed",
        device=d.wire_name,
        path=d.name,
        message=(
            f'section "{d.wire_name}" is not there any more'
            if is_device
            else f"struct `{d.name}` was removed"
        ),
        old_to_new=outcome,
        old=d.name_span,
        only_in="old",
        help="keep it, with a `needed` that is never true" if is_device else None,
    )
    return DeviceReport(d.wire_name, _verdict(outcome), Verdict.OK, d.version_id, old=one), finding


def _added(other: Side, machine: str | None) -> tuple[DeviceReport, Finding]:
    d = other.description
    is_device = d.role is Role.DEVICE
    outcome = _unclaimed(other, machine) if is_device else DirectionResult(Verdict.OK)
    finding = Finding(
        rule="section-added" if is_device else "struct-added",
        device=d.wire_name,
        path=d.name,
        message=(
            f'section "{d.wire_name}" is new' if is_device else f"struct `{d.name}` was added"
        ),
        new_to_old=outcome,
        new=d.name_span,
        only_in="new",
        help=(
            "give it a `needed` that asks for a property, off for older machine types"
            if is_device
            else None
        ),
    )
    return (
        DeviceReport(d.wire_name, Verdict.OK, _verdict(outcome), None, d.version_id, new=other),
        finding,
    )


def _unclaimed(side: Side, machine: str | None) -> DirectionResult:
    """What becomes of a section that nobody knows: refused, wherever it is sent."""
    d = side.description
    needed = _needed(side, machine)
    prover = ConditionProver(side.schema.enums, {}, TRUE)
    sent = prover.satisfiable(needed)
    if sent.holds is False:
        return DirectionResult(Verdict.OK)
    is_always = is_true(needed) or prover.satisfiable(not_(needed)).holds is False
    return DirectionResult(
        Verdict.REFUSED,
        when="always" if is_always else unparse(needed),
        witness=None if is_always else format_witness(sent.witness),
        state=None if is_always else sent.witness,
        error=f'unknown section "{d.wire_name}"',
        condition=TRUE if is_always else needed,
    )


def _verdict(outcome: DirectionResult) -> Verdict:
    is_refused = outcome.verdict is Verdict.REFUSED and outcome.when != "always"
    return Verdict.CONDITIONAL if is_refused else outcome.verdict


def _needed(side: Side, machine: str | None) -> Expr:
    d = side.description
    match d.needed:
        case None:
            return TRUE
        case Extern():
            return ExternPresence(type=BOOL, path=(d.name,), kind=PresenceKind.SENT)
        case condition:
            flattener = Flattener(side.schema, find_shared_settings(side, side, machine)[0])
            return flattener.rewrite(condition, (flattener.place_top(d, d.version_id),))


def _are_one(old: Description, new: Description) -> bool:
    if old.role is not Role.DEVICE or new.role is not Role.DEVICE:
        return False
    return old.name == new.name or bool(read_qom_names(old) & read_qom_names(new))


def read_qom_names(d: Description) -> set[str]:
    """The types of QEMU that a description is of, where it says so (`@qom`)."""
    return {
        str(argument)
        for annotation in d.annotations
        if annotation.name == "qom"
        for argument in annotation.arguments
    }


def pair_sides(schemas: Iterable[Schema]) -> dict[str, Side]:
    """What is compared of a program, by wire name; one of several types of QEMU also by those."""
    found: dict[str, list[Side]] = {}
    for schema in schemas:
        for description in find_top_descriptions(schema):
            found.setdefault(description.wire_name, []).append(Side(schema, description))
    named: dict[str, Side] = {}
    for name, several in found.items():
        # The one of the most types goes by the name alone, in every version.
        several.sort(
            key=lambda side: (len(types := read_qom_names(side.description)), sorted(types))
        )
        for side in several:
            types = sorted(read_qom_names(side.description))
            named[name if side is several[-1] or not types else f"{name} of {types[0]}"] = side
    return named
