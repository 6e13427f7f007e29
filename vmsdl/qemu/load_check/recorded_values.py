"""Values that a loader compares with its own, where a stream of the program shows its own."""

from collections.abc import Iterator

from vmsdl.qemu.load_check.pci_config import find_config, list_compared
from vmsdl.qemu.load_check.verdict import (
    FieldNames,
    LoadDoubt,
    LoadFault,
    LoadFindings,
    LoadRefusal,
    ask_about,
)
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, Node, RecordItem

_REGISTERS, _REGISTER_COUNT = "cpreg_vmstate_indexes", "cpreg_vmstate_array_len"


def check_values(device: Device, record: DecodedRecord, local: DecodedRecord) -> LoadFindings:
    """Both records are of one section, as it was sent and as the program sent it."""
    yield from _check_pci_config(device, record, local)
    yield from _check_registers(device, record, local)
    yield from _check_compared(device, record, local)


def _check_pci_config(
    device: Device, record: DecodedRecord, local_record: DecodedRecord
) -> Iterator[LoadRefusal]:
    """The first byte that differs where QEMU compares it: it stops there."""
    sent, local = find_config(record), find_config(local_record)
    if sent is None or local is None:
        return
    for byte in list_compared(local.data):
        received, own = sent.data[byte.index], local.data[byte.index]
        if (received ^ own) & byte.mask:
            yield LoadRefusal(
                fault=LoadFault.PCI_CONFIG_DIFFERS,
                section=device.idstr,
                instance_id=device.instance_id,
                offset=sent.offset + byte.index,
                path=sent.path,
                fields=sent.fields,
                name=byte.name,
                number=byte.index,
                received=received,
                local=own,
                mask=byte.mask,
            )
            return


# CPUs of ARM -----------------------------------------------------------------------------------


def _check_registers(device: Device, record: DecodedRecord, local: DecodedRecord) -> LoadFindings:
    """A register of the stream that the program does not have (target/arm/machine.c: post_load)."""
    sent, known = _find_registers(record), _find_registers(local)
    if sent is None or known is None:
        return
    register = _find_unknown_register(sent[1], known[1])
    if register is None:
        return
    refusal = LoadRefusal(
        fault=LoadFault.REGISTER_UNKNOWN,
        section=device.idstr,
        instance_id=device.instance_id,
        offset=sent[0].offset,
        path=_REGISTERS,
        received=register,
    )
    # A program that takes longer lists (no "le") has a list of registers that it tolerates.
    count = _find_item(local, _REGISTER_COUNT)
    if count is not None and count.type.endswith(" le"):
        yield refusal
    else:
        yield ask_about(refusal, LoadDoubt.REGISTER_MAY_BE_TOLERATED)


def _find_item(record: DecodedRecord, name: str) -> RecordItem | None:
    return next(
        (one for one in record.fields if isinstance(one, RecordItem) and one.name == name), None
    )


def _find_registers(record: DecodedRecord) -> tuple[RecordItem, list[int]] | None:
    item = _find_item(record, _REGISTERS)
    if item is None or not isinstance(item.value, list):
        return None
    return item, [each for each in item.value if isinstance(each, int)]


def _find_unknown_register(sent: list[int], known: list[int]) -> int | None:
    """QEMU walks both lists, which are sorted, until one of them ends."""
    at = 0
    for own in known:
        if at == len(sent):
            return None
        if sent[at] < own:
            return sent[at]
        if sent[at] == own:
            at += 1
    return None


# Fields that are compared ----------------------------------------------------------------------


def _check_compared(device: Device, record: DecodedRecord, local: DecodedRecord) -> LoadFindings:
    """Fields that the other machine would refuse, if its own values are still what it sent."""
    local_values = {path: item.value for path, _, item in _find_compared(local)}
    for path, fields, item in _find_compared(record):
        own = local_values.get(path)
        if not isinstance(own, int) or not isinstance(item.value, int) or item.value == own:
            continue
        if item.type.endswith(" equal"):
            fault = LoadFault.NOT_EQUAL
        elif item.value > own:
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
            local=own,
        )
        # The number of registers is the CPU's own, and does not change while it runs.
        is_fixed = item.name == _REGISTER_COUNT
        yield refusal if is_fixed else ask_about(refusal, LoadDoubt.COMPARED_VALUE)


def _find_compared(record: DecodedRecord) -> Iterator[tuple[str, FieldNames, RecordItem]]:
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
