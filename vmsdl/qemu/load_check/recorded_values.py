"""Values that a loader compares with its own, where a stream of the program shows its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

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

_REGISTERS, _REGISTER_VALUES = "cpreg_vmstate_indexes", "cpreg_vmstate_values"
_REGISTER_COUNT = "cpreg_vmstate_array_len"
# Numbers as KVM has them (KVM_REG_ARM64_SYSREG): op0 3, op1 0, CRn 0 identify the CPU.
_ID_REGISTERS, _ID_MASK = 0x603000000013C000, 0xFFFFFFFFFFFFFF80
_ARM_32 = 0x40


def check_values(device: Device, record: DecodedRecord, local: DecodedRecord) -> LoadFindings:
    """Both records are of one section, as it was sent and as the program sent it."""
    yield from _check_pci_config(device, record, local)
    yield from _check_compared(device, record, local)
    yield from _check_registers(device, record, local)


def _refuse(
    device: Device, fault: LoadFault, path: str, offset: int, received: int, local: int | None
) -> LoadRefusal:
    """A value that the program's own is compared with."""
    return LoadRefusal(
        fault=fault,
        section=device.idstr,
        instance_id=device.instance_id,
        offset=offset,
        path=path,
        received=received,
        local=local,
    )


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
            at = sent.offset + byte.index
            found = _refuse(device, LoadFault.PCI_CONFIG_DIFFERS, sent.path, at, received, own)
            found = replace(found, fields=sent.fields, name=byte.name)
            yield replace(found, number=byte.index, mask=byte.mask)
            return


# CPUs of ARM -----------------------------------------------------------------------------------


def _check_registers(
    device: Device, record: DecodedRecord, local_record: DecodedRecord
) -> LoadFindings:
    """What `cpu_post_load` refuses (target/arm/machine.c, helper.c: write_list_to_cpustate)."""
    sent, local = _find_registers(record), _find_registers(local_record)
    if sent is None or local is None:
        return
    fault = LoadFault.REGISTER_UNKNOWN
    register = _find_unknown_register(list(sent.values), list(local.values))
    if register is None:
        fault = LoadFault.REGISTER_DIFFERS
        register = _find_other_constant(sent.values, local.values)
    if register is None:
        return
    received, own = sent.values[register], local.values.get(register)
    refusal = _refuse(device, fault, _REGISTERS, sent.offset, received, own)
    refusal = replace(refusal, number=register)
    # A program that takes longer lists (no "le") has a list of registers that it tolerates.
    yield refusal if local.is_strict else ask_about(refusal, LoadDoubt.REGISTER_MAY_BE_TOLERATED)


@dataclass(frozen=True, slots=True)
class _Registers:
    """A CPU's registers by number, in the order of the stream."""

    values: Mapping[int, int]
    offset: int
    is_strict: bool


def _find_registers(record: DecodedRecord) -> _Registers | None:
    items = {one.name: one for one in record.fields if isinstance(one, RecordItem)}
    try:
        numbers, values = items[_REGISTERS], items[_REGISTER_VALUES]
        count = items[_REGISTER_COUNT]
    except KeyError:
        return None
    if not isinstance(numbers.value, list) or not isinstance(values.value, list):
        return None
    pairs = zip(numbers.value, values.value, strict=False)
    found = {one: value for one, value in pairs if isinstance(one, int) and isinstance(value, int)}
    return _Registers(found, numbers.offset, count.type.endswith(" le"))


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


def _find_other_constant(sent: Mapping[int, int], known: Mapping[int, int]) -> int | None:
    """A register that tells what CPU it is: QEMU reads it back, and its own value has not changed.

    KVM may let them be written. It lists no registers of 32-bit ARM beside those of 64-bit ARM.
    """
    if not any(register >> 56 == _ARM_32 for register in known):
        return None
    for register, value in sent.items():
        is_constant = register & _ID_MASK == _ID_REGISTERS
        if is_constant and known.get(register, value) != value:
            return register
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
        refusal = _refuse(device, fault, path, item.offset, item.value, own)
        refusal = replace(refusal, fields=fields)
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
