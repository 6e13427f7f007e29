"""A section compared with knowledge that has no codecs: names of subsections, recorded layouts."""

from collections.abc import Iterator
from dataclasses import dataclass

from vmsdl.qemu.load_check.program import KnownDevice, LoadingProgram
from vmsdl.qemu.load_check.verdict import (
    FieldNames,
    Layout,
    LayoutItem,
    LoadDoubt,
    LoadFault,
    LoadFindings,
    LoadRefusal,
    OpenQuestion,
    ask_about,
)
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem, ValuesError
from vmsdl.schema.description import Description
from vmsdl.schema.recorded import Origin
from vmsdl.schema.traverse import find_reachable

_VERSION_BITS = 0xFF  # a loader keeps eight bits of a subsection's version

# Subsections -----------------------------------------------------------------------------------


def check_subsections(device: Device, known: KnownDevice) -> LoadFindings:
    """What the names and versions of the subsections that were sent decide."""
    yield OpenQuestion(
        doubt=LoadDoubt.BODY_NOT_READ,
        section=device.idstr,
        offset=device.section.start,
        name=known.origin.value,
    )
    try:
        record = device.record()
    except ValuesError as error:
        yield OpenQuestion(
            doubt=LoadDoubt.DESCRIPTION_MISFIT,
            section=device.idstr,
            offset=error.offset,
            path=error.path,
            detail=str(error),
        )
        return
    known_subsections: dict[str, dict[str, list[Description]]] = {}
    for description in find_reachable(known.schema, known.description):
        by_name = known_subsections.setdefault(description.wire_name, {})
        for subsection in description.subsections:
            by_name.setdefault(subsection.wire_name, []).append(subsection)
    for sent in _find_subsections(record, ()):
        if sent.owner in known_subsections:
            found = known_subsections[sent.owner].get(sent.record.title)
            yield from _check_subsection(device, known.origin, sent, found)


@dataclass(frozen=True, slots=True)
class _SentSubsection:
    """A subsection of a stream, and the fields that lead to its owner."""

    owner: str
    fields: FieldNames
    record: DecodedRecord


def _find_subsections(record: DecodedRecord, fields: FieldNames) -> Iterator[_SentSubsection]:
    """In the order of the stream: those of embedded structs come before the owner's."""
    for node in record.fields:
        inner_fields = ((record.title, node.name), *fields)
        match node:
            case DecodedRecord():
                yield from _find_subsections(node, inner_fields)
            case DecodedElements(elements=elements):
                for element in elements:
                    if isinstance(element, DecodedRecord):
                        yield from _find_subsections(element, inner_fields)
            case _:
                pass
    for subsection in record.subsections:
        yield _SentSubsection(record.title, fields, subsection)
        yield from _find_subsections(subsection, fields)


def _check_subsection(
    device: Device, origin: Origin, sent: _SentSubsection, found: list[Description] | None
) -> LoadFindings:
    name = sent.record.title
    version = sent.record.version_id & _VERSION_BITS

    def refuse(fault: LoadFault, owner: str, local: int | None = None) -> LoadRefusal:
        return LoadRefusal(
            fault=fault,
            section=device.idstr,
            instance_id=device.instance_id,
            offset=sent.record.offset,
            path=name,
            fields=sent.fields,
            name=name,
            owner=owner,
            received=version,
            local=local,
        )

    if found is None:
        refusal = refuse(LoadFault.SUBSECTION_UNKNOWN, sent.owner)
        if origin is Origin.DUMP:
            yield refusal
        else:
            doubt = LoadDoubt.SUBSECTION_NOT_SHOWN
            yield ask_about(refusal, doubt, name=name, owner=sent.owner)
        return
    newest = max(one.version_id for one in found)
    oldest = min(one.minimum_version_id for one in found)
    if version > newest:
        yield refuse(LoadFault.VERSION_TOO_NEW, name, newest)
    elif version < oldest and origin is Origin.DUMP:
        yield refuse(LoadFault.VERSION_TOO_OLD, name, oldest)


# Recorded layouts ------------------------------------------------------------------------------


def check_layout(device: Device, program: LoadingProgram) -> Iterator[OpenQuestion]:
    """The first difference of two streams' layouts: one of them may not be the program's."""
    if program.observed is None:
        return
    local = program.observed.layouts.get((device.idstr, device.instance_id))
    received = find_layout(device)
    if local is None or received is None or received == local:
        return
    section, offset = device.idstr, device.section.start
    for pair in zip(received, local, strict=False):
        if pair[0] != pair[1]:
            yield OpenQuestion(
                doubt=LoadDoubt.LAYOUT_DIFFERS, section=section, offset=offset, items=pair
            )
            return
    longer = received if len(received) > len(local) else local
    name = longer[min(len(received), len(local))].path
    yield OpenQuestion(doubt=LoadDoubt.LAYOUT_LONGER, section=section, offset=offset, name=name)


def check_compared_values(device: Device, program: LoadingProgram) -> Iterator[OpenQuestion]:
    """Fields that the other machine would refuse, if its own values are still what it sent."""
    if program.observed is None:
        return
    local_values = program.observed.compared.get((device.idstr, device.instance_id), {})
    for path, fields, item in _find_compared(device):
        local = local_values.get(path)
        if local is None or not isinstance(item.value, int) or item.value == local:
            continue
        if item.type.endswith(" equal"):
            fault = LoadFault.NOT_EQUAL
        elif item.value > local:
            fault = LoadFault.ABOVE_BOUND
        else:
            continue
        refusal = LoadRefusal(
            fault=fault,
            section=device.idstr,
            instance_id=device.instance_id,
            offset=item.offset,
            path=path,
            fields=fields,
            received=item.value,
            local=local,
        )
        yield ask_about(refusal, LoadDoubt.COMPARED_VALUE)


def find_compared_values(device: Device) -> dict[str, int]:
    """The values of the fields that a loader compares with its own, by path."""
    compared = _find_compared(device)
    return {path: item.value for path, _, item in compared if isinstance(item.value, int)}


def find_layout(device: Device) -> Layout | None:
    """None where the stream's description does not fit the bytes, or there is none."""
    if not device.is_described:
        return None
    try:
        items = _find_items(device.record(), "", ())
        return tuple(LayoutItem(path, item.type, item.size) for path, _, item in items)
    except ValuesError:
        return None


def _find_compared(device: Device) -> Iterator[tuple[str, FieldNames, RecordItem]]:
    if not device.is_described:
        return
    try:
        record = device.record()
    except ValuesError:
        return
    for path, fields, item in _find_items(record, "", ()):
        if item.type.endswith((" equal", " le")):
            yield path, fields, item


def _find_items(
    record: DecodedRecord, path: str, fields: FieldNames
) -> Iterator[tuple[str, FieldNames, RecordItem]]:
    """Every value: its path, the fields that lead to it, and itself."""
    nodes: tuple[Node, ...] = (*record.fields, *record.subsections)
    for number, node in enumerate(nodes):
        inner_path = f"{path}.{node.name}" if path else node.name
        inner_fields = fields
        if number < len(record.fields):  # QEMU names no field for a subsection
            inner_fields = ((record.title, node.name), *fields)
        match node:
            case RecordItem():
                yield inner_path, inner_fields, node
            case DecodedRecord():
                yield from _find_items(node, inner_path, inner_fields)
            case DecodedElements(elements=elements):
                for index, element in enumerate(elements):
                    element_path = f"{inner_path}[{index}]"
                    if isinstance(element, DecodedRecord):
                        yield from _find_items(element, element_path, inner_fields)
                    else:
                        yield element_path, inner_fields, element
