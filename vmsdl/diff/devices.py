"""Which devices of two programs are compared with which; the findings of those without a
counterpart.

The section of a device without a counterpart, or with another name, is refused where it is sent:
the other side has no device for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from vmsdl.diff.fixes.headers import set_wire_name
from vmsdl.diff.layout.flatten import Flattener
from vmsdl.diff.layout.settings import find_shared_settings
from vmsdl.diff.matching.fields import Side, find_top_descriptions
from vmsdl.diff.report import ALWAYS, DeviceReport, DirectionResult, Finding
from vmsdl.diff.verdict import Verdict
from vmsdl.expr.logic import TRUE, is_true, not_
from vmsdl.expr.nodes import BOOL, Expr, Extern, ExternPresence, PresenceKind
from vmsdl.expr.text import unparse
from vmsdl.prove.conditions import ConditionProver
from vmsdl.prove.witness import format_witness
from vmsdl.schema.description import Description, Role, Schema
from vmsdl.schema.recorded import Origin, find_origin, is_recorded

# The rules that report sections which one side does not have, by that name or at all.
SECTION_RULES = frozenset({"section-added", "section-removed", "section-renamed"})


def pair_sides(schemas: Iterable[Schema]) -> dict[str, Side]:
    """The devices of a program that are compared, by the name that pairs them.

    That is the wire name. Where several have one wire name, each but the last is also named by its
    QOM type.
    """
    found: dict[str, list[Side]] = {}
    for schema in schemas:
        for description in find_top_descriptions(schema):
            found.setdefault(description.wire_name, []).append(Side(schema, description))
    named: dict[str, Side] = {}
    for name, sides in found.items():
        # The one with the most types goes by the wire name alone, in every version.
        sides.sort(key=lambda side: (len(types := read_qom_names(side.description)), sorted(types)))
        for side in sides:
            types = sorted(read_qom_names(side.description))
            is_last = side is sides[-1]
            named[name if is_last or not types else f"{name} of {types[0]}"] = side
    return named


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
    forward, backward = _refuse_section(old_side, machine), _refuse_section(new_side, machine)
    finding = Finding(
        rule="section-renamed",
        device=new.wire_name,
        path=new.name,
        message=f'section "{old.wire_name}" was renamed to "{new.wire_name}"',
        old_to_new=forward,
        new_to_old=backward,
        old=old.name_span,
        new=new.name_span,
        help=f'keep the old wire name: `as "{old.wire_name}"`',
        fixes=tuple(set_wire_name(new, old.wire_name)),
    )
    device = DeviceReport(
        new.wire_name,
        _decide_verdict(forward),
        _decide_verdict(backward),
        old.version_id,
        new.version_id,
        old=old_side,
        new=new_side,
    )
    return device, [finding]


def report_unpaired(
    old: Side | None,
    new: Side | None,
    old_sides: Iterable[Side],
    new_sides: Iterable[Side],
    machine: str | None,
) -> tuple[DeviceReport, list[Finding]]:
    """A device of one side; exactly one of `old` and `new` is given."""
    if old is not None:
        side, others = old, new_sides
        device, finding = _report_removed(old, machine)
    else:
        assert new is not None
        side, others = new, old_sides
        device, finding = _report_added(new, machine)
    why = describe_absence(others)
    if not why or side.description.role is not Role.DEVICE:
        return device, [finding]
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


def _report_removed(one: Side, machine: str | None) -> tuple[DeviceReport, Finding]:
    d = one.description
    is_device = d.role is Role.DEVICE
    result = _refuse_section(one, machine) if is_device else DirectionResult(Verdict.OK)
    finding = Finding(
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
    return (
        DeviceReport(d.wire_name, _decide_verdict(result), Verdict.OK, d.version_id, old=one),
        finding,
    )


def _report_added(other: Side, machine: str | None) -> tuple[DeviceReport, Finding]:
    d = other.description
    is_device = d.role is Role.DEVICE
    result = _refuse_section(other, machine) if is_device else DirectionResult(Verdict.OK)
    finding = Finding(
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
            if is_device
            else None
        ),
    )
    return (
        DeviceReport(
            d.wire_name, Verdict.OK, _decide_verdict(result), None, d.version_id, new=other
        ),
        finding,
    )


def _refuse_section(side: Side, machine: str | None) -> DirectionResult:
    """The result of sending a section that the other side does not have."""
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
            flattener = Flattener(side.schema, find_shared_settings(side, side, machine)[0])
            return flattener.rewrite(condition, (flattener.place_top(d, d.version_id),))
