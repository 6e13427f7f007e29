"""The subsections of a section as it was sent: does the program know their names and versions?"""

from collections.abc import Iterator
from dataclasses import dataclass

from vmsdl.qemu.load_check.program import KnownDevice
from vmsdl.qemu.load_check.verdict import (
    FieldNames,
    LoadDoubt,
    LoadFault,
    LoadFindings,
    LoadRefusal,
    ask_about,
)
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord
from vmsdl.schema.description import Description
from vmsdl.schema.recorded import Origin
from vmsdl.schema.traverse import find_reachable

_VERSION_BITS = 0xFF  # a loader keeps eight bits of a subsection's version


def check_subsections(device: Device, record: DecodedRecord, known: KnownDevice) -> LoadFindings:
    """What the names and versions of the subsections that were sent decide."""
    known_subsections: dict[str, dict[str, list[Description]]] = {}
    for description in find_reachable(known.schema, known.description):
        by_name = known_subsections.setdefault(description.wire_name, {})
        for subsection in description.subsections:
            by_name.setdefault(subsection.wire_name, []).append(subsection)
    for sent in _find_subsections(record, ()):
        if sent.owner in known_subsections:
            found = known_subsections[sent.owner].get(sent.record.title)
            yield from _check_subsection(device, known, sent, found)


def list_subsections(record: DecodedRecord) -> Iterator[str]:
    """The names of all subsections that a section has, at any depth."""
    return (sent.record.title for sent in _find_subsections(record, ()))


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
    device: Device, known: KnownDevice, sent: _SentSubsection, found: list[Description] | None
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
        if known.origin is Origin.DUMP:
            yield refusal
        else:
            doubt = LoadDoubt.SUBSECTION_NOT_SHOWN
            yield ask_about(refusal, doubt, name=name, owner=sent.owner)
        return
    newest = max(one.version_id for one in found)
    oldest = min(one.minimum_version_id for one in found)
    if version > newest:
        yield refuse(LoadFault.VERSION_TOO_NEW, name, newest)
    elif version < oldest and known.is_complete:
        yield refuse(LoadFault.VERSION_TOO_OLD, name, oldest)
