"""A section's body, read by a generated class as QEMU's loader reads it.

The loader does not know where a body ends. It takes what its own layout says, from the next section
if need be, and only the footer shows that something was wrong.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from vmsdl.expr.nodes import Extern, Literal
from vmsdl.qemu.identifiers import make_identifier, strip_number
from vmsdl.qemu.load_check.field_places import FieldReader, find_wrong_values, follow_path
from vmsdl.qemu.load_check.program import KnownDevice, has_open_pointers
from vmsdl.qemu.load_check.verdict import (
    LoadDoubt,
    LoadFault,
    LoadFindings,
    LoadRefusal,
    OpenQuestion,
    ask_about,
)
from vmsdl.qemu.stream.framing import Section
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.values import (
    DecodedElements,
    DecodedRecord,
    Node,
    RecordItem,
    ValuesError,
)
from vmsdl.schema.description import Description
from vmsdl.schema.recorded import Origin
from vmsdl.schema.traverse import find_reachable, find_structs
from vmsdl.schema.types import BIT, Opaque

_LOOKAHEAD = 1 << 20  # bytes behind the section that a trial is given at first
_MAXIMUM_FLAGS = 6  # properties of which every combination is tried
_PART_TYPES = (b"\0", b"\1", b"\2", b"\3", b"\4", b"\x08")


def check_body(
    device: Device, known: KnownDevice, incoming: PartialStream, machine: str | None
) -> LoadFindings:
    """Why this body is refused, or what of it is not known."""
    cls = known.load_class()
    if cls is None:
        yield OpenQuestion(
            doubt=LoadDoubt.CODEC_UNKNOWN,
            section=device.idstr,
            offset=device.section.start,
            owner=known.description.wire_name,
        )
        return
    bases = _list_bases(device, known, cls, machine)
    base = next(bases)
    refusal = _try(device, known, cls, incoming, base)
    if refusal is None:
        reader = FieldReader(device, cls, incoming.view, base)
        yield from find_wrong_values(device, known, reader)
        return
    trials = (_try(device, known, cls, incoming, each) for each in bases)
    yield _find_doubt(refusal, device, known, cls, machine, trials) or refusal


def check_footer(section: Section, offset: int, view: memoryview) -> LoadRefusal:
    """What QEMU refuses of the bytes where the footer should be."""
    fault, received = LoadFault.FOOTER_ENDED, 0
    if offset < len(view):
        fault = LoadFault.FOOTER_MISSING
        if view[offset] == 0x7E:
            fault = LoadFault.FOOTER_OF_OTHER_SECTION
            received = int.from_bytes(view[offset + 1 : offset + 5], "big")
    return LoadRefusal(
        fault=fault,
        section=section.idstr,
        offset=offset,
        received=received,
        local=section.section_id,
    )


def _find_doubt(
    refusal: LoadRefusal,
    device: Device,
    known: KnownDevice,
    cls: Any,
    machine: str | None,
    other_trials: Iterator[LoadRefusal | None],
) -> OpenQuestion | None:
    """Why a failed trial is no proof that the program fails."""
    if known.origin is Origin.STREAM:
        return ask_about(refusal, LoadDoubt.LAYOUT_OF_OTHER_STATE)
    if refusal.fault is LoadFault.CODEC_LIMIT:
        return ask_about(refusal, LoadDoubt.LIMIT_OF_CODEC)
    for description in find_reachable(known.schema, known.description):
        if any(isinstance(each.condition, Extern) for each in description.fields):
            owner = description.wire_name
            return ask_about(refusal, LoadDoubt.FIELD_MAY_BE_ABSENT, owner=owner)
        pointers = {
            make_identifier(each.wire_name)
            for each in description.fields
            if has_open_pointers(each, description)
        }
        if not pointers <= _find_arrays(device):
            owner = description.wire_name
            return ask_about(refusal, LoadDoubt.POINTERS_MAY_BE_NULL, owner=owner)
    if machine in getattr(cls, "MACHINES", ()):
        return None
    if any(other is None for other in other_trials):
        return ask_about(refusal, LoadDoubt.OTHER_PROPERTIES)
    name = _find_free_property(known)
    return ask_about(refusal, LoadDoubt.FREE_PROPERTY, name=name) if name else None


def _find_free_property(known: KnownDevice) -> str | None:
    """A property of unknown value that was not tried."""
    own = [one.name for one in known.description.properties if one.type != BIT]
    if own or len(known.description.properties) > _MAXIMUM_FLAGS:
        return f"{known.description.wire_name}.{own[0]}" if own else known.description.wire_name
    descriptions = list(find_reachable(known.schema, known.description))
    # For each struct the properties that are bound, one set for each place where it is embedded.
    bound: dict[str, list[set[str]]] = {}
    for description in descriptions:
        for each in description.fields:
            for struct in find_structs(each.type):
                bound.setdefault(struct.name, []).append({one for one, _ in each.bindings})
    for description in descriptions:
        for one in description.properties:
            places = bound.get(description.name, [])
            if description is not known.description and not all(
                one.name in names for names in places
            ):
                return f"{description.wire_name}.{one.name}"
    return None


def _find_arrays(device: Device) -> set[str]:
    """The names of all fields whose elements the stream describes one by one."""
    try:
        todo: list[Node] = [device.record()]
    except ValuesError:
        return set()
    found: set[str] = set()
    while todo:
        match todo.pop():
            case DecodedRecord(fields=fields, subsections=subsections):
                todo += (*fields, *subsections)
            case DecodedElements(name=name, elements=elements):
                found.add(strip_number(name))
                todo += elements
            case RecordItem():
                pass
    return found


# Trials ----------------------------------------------------------------------------------------


def _list_bases(device: Device, known: KnownDevice, cls: Any, machine: str | None) -> Iterator[Any]:
    """Objects to load into: with the machine's properties, or its defaults and then all others."""
    machines = getattr(cls, "MACHINES", ())
    has_nulls = any(
        has_open_pointers(each, description)
        for description in find_reachable(known.schema, known.description)
        for each in description.fields
    )
    if has_nulls:  # which pointers are null is not known: those that the sender says
        yield device.receiver(cls)
    elif machine in machines:
        yield cls.for_machine(machine)
    else:
        yield cls()
        yield from _make_bases(known, cls)


def _make_bases(known: KnownDevice, cls: Any) -> Iterator[Any]:
    """Objects with other properties: a device's own flags in every combination."""
    names = [one.name for one in known.description.properties if one.type == BIT]
    for values in product((False, True), repeat=min(len(names), _MAXIMUM_FLAGS)):
        base = cls()
        for name, value in zip(names, values, strict=False):
            setattr(base, name, value)
        yield base
    for machine in getattr(cls, "MACHINES", ()):
        yield cls.for_machine(machine)


def _try(
    device: Device, known: KnownDevice, cls: Any, incoming: PartialStream, base: Any
) -> LoadRefusal | None:
    section, view = device.section, incoming.view
    version = section.version_id
    takes_rest = any(
        isinstance(each.type, Opaque) and each.type.length is None
        for description in find_reachable(known.schema, known.description)
        for each in description.fields
    )
    limit = section.stop if takes_rest else min(len(view), section.stop + _LOOKAHEAD)
    while True:
        try:
            _, end = cls.decode_from(view[:limit], section.start, version_id=version, base=base)
        except ValueError as error:
            reason = getattr(error, "reason", None)
            if reason is None:
                raise
            if reason == "truncated" and limit < len(view) and not takes_rest:
                limit = len(view)
                continue
            return _refuse(error, device, known, view)
        if _has_footer(section, end, incoming):
            return None
        refusal = check_footer(section, end, view)
        path, offset = device.name, end
        if end > section.stop:
            path, offset = _find_overrun(section, cls, view, base) or (path, offset)
        return replace(refusal, path=path, offset=offset, surplus=section.stop - end)


def _has_footer(section: Section, end: int, incoming: PartialStream) -> bool:
    following = bytes(incoming.view[end : end + 5])
    if following == b"\x7e" + section.section_id.to_bytes(4, "big"):
        return True
    # Machine types of 2.3 and older have no footers: the next section follows at once.
    has_no_footer = end == section.stop and not incoming.has_footers
    return has_no_footer and following[:1] in _PART_TYPES


def _find_overrun(
    section: Section, cls: Any, view: memoryview, base: Any
) -> tuple[str, int] | None:
    """Path and offset of the field that takes the first byte behind the section's end."""
    body = view[: section.stop]
    try:
        cls.decode_from(body, section.start, version_id=section.version_id, base=base)
    except ValueError as error:
        decode_error: Any = error
        return decode_error.path, min(decode_error.offset, section.stop)
    return None


# From a codec's error to a refusal -------------------------------------------------------------


def _refuse(error: Any, device: Device, known: KnownDevice, view: memoryview) -> LoadRefusal:
    """`error` is a generated module's DecodeError."""
    owner, fields = follow_path(known, error.path)
    refusal = LoadRefusal(
        fault=LoadFault.LOAD_FAILED,
        section=device.idstr,
        instance_id=device.instance_id,
        offset=error.offset,
        path=error.path,
        fields=fields,
        owner=owner.wire_name,
        detail=error.message,
    )
    values = error.values
    match error.reason:
        case "truncated":
            return replace(refusal, fault=LoadFault.BODY_ENDED)
        case "unknown-subsection":
            length = view[error.offset + 1]
            name = bytes(view[error.offset + 2 : error.offset + 2 + length])
            text = name.decode("utf-8", "backslashreplace")
            return replace(refusal, fault=LoadFault.SUBSECTION_UNKNOWN, name=text)
        case "version-too-new":
            fault, local = LoadFault.VERSION_TOO_NEW, owner.version_id
            return replace(refusal, fault=fault, received=values[0], local=local)
        case "version-too-old":
            fault, local = LoadFault.VERSION_TOO_OLD, owner.minimum_version_id
            return replace(refusal, fault=fault, received=values[0], local=local)
        case "check-failed" if values:
            return replace(refusal, fault=LoadFault.RULE_FAILED, name=values[0])
        case "check-failed" | "bad-enum":
            # A hook checks it, which QEMU calls behind all fields of the description.
            return replace(refusal, fields=fields[1:])
        case "not-equal" if all(
            type(value) is not bool and isinstance(value, int) for value in values
        ):
            received, local = values
            return replace(refusal, fault=LoadFault.NOT_EQUAL, received=received, local=local)
        case "out-of-range" if values:
            bound = values[1] if len(values) > 1 else _find_bound(owner, error.path)
            return replace(refusal, fault=LoadFault.ABOVE_BOUND, received=values[0], local=bound)
        case "bad-marker":
            marker = view[error.offset]
            return replace(refusal, fault=LoadFault.POINTER_MARKER, received=marker)
        case "limit":
            return replace(refusal, fault=LoadFault.CODEC_LIMIT)
        case _:
            return refusal


def _find_bound(owner: Description, path: str) -> int | None:
    """What a field of the receiver holds, where the schema says it."""
    name = path.rpartition(".")[2]
    default = next((each.default for each in owner.fields if each.name == name), None)
    return int(default.value) if isinstance(default, Literal) else None
