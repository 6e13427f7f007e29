"""What a loader compares with its own values, where a stream of the program shows them.

The refusals are those of QEMU 7.2: `-device e1000` into `-device e1000-82545em`, `piix4-ide` into
`piix3-ide`, `-cpu cortex-a57` into `cortex-a72` and `max` of the same machine types.
"""

import struct
from typing import Any

import pytest

from tests.unit.qemu.load_check.test_check import Against, against, line, of, section, stream
from vmsdl.qemu.load_check.verdict import CheckOutcome, LoadDoubt, LoadFault, LoadVerdict

__all__ = ["against"]  # a fixture

E1000 = "0000:00:02.0/e1000"


def config(changes: dict[int, int] | None = None) -> bytes:
    """The configuration space of a network card with one capability, MSI."""
    data = bytearray(256)
    data[0:16] = bytes.fromhex("86800e10070110000300000200000000")
    data[0x10], data[0x14] = 0x0C, 0x01  # a wide memory address takes both places
    data[0x34], data[0x50], data[0x51] = 0x50, 0x05, 0
    for at, value in (changes or {}).items():
        data[at] = value
    return bytes(data)


def pci(data: bytes) -> Any:
    inner = [
        {"name": "version_id", "type": "int32", "size": 4},
        {"name": "config", "type": "pci config", "size": len(data)},
    ]
    parent = {"vmsd_name": "PCIDevice", "version": 2, "fields": inner}
    fields = [{"name": "parent_obj", "type": "struct", "size": len(data) + 4, "struct": parent}]
    return section(E1000, b"\0\0\0\2" + data, fields=fields)


def judge_config(changes: dict[int, int], against: Against) -> LoadVerdict:
    return of(stream(pci(config(changes))), against(stream(pci(config())), None))


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [
        (0x02, 0x0F, "i=0x2 read: f device: e cmask: ff wmask: 0 w1cmask:0"),
        (0x0A, 0x01, "i=0xa read: 1 device: 0 cmask: ff wmask: 0 w1cmask:0"),
        (0x0E, 0x80, "i=0xe read: 80 device: 0 cmask: ff wmask: 0 w1cmask:0"),
        (0x06, 0x00, "i=0x6 read: 0 device: 10 cmask: 10 wmask: 0 w1cmask:0"),
        (0x34, 0x60, "i=0x34 read: 60 device: 50 cmask: ff wmask: 0 w1cmask:0"),
        (0x50, 0x11, "i=0x50 read: 11 device: 5 cmask: ff wmask: 0 w1cmask:0"),
    ],
)
def test_the_identity_of_a_pci_device_is_compared(
    at: int, value: int, message: str, against: Against
) -> None:
    verdict = judge_config({at: value}, against)
    (refusal,) = verdict.refusals
    assert line(refusal) == f"get_pci_config_device: Bad config data: {message}"
    assert refusal.fields == (("PCIDevice", "config"), ("e1000", "parent_obj"))


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0x04, 0x03),  # command: the guest's
        (0x07, 0x28),  # status: errors that happened
        (0x06, 0x18),  # status: an interrupt is waiting
        (0x12, 0xFE),  # where the guest put the device
        (0x14, 0xE0),  # the upper half of that place
        (0x3C, 0x0B),  # the interrupt line: the guest's
        (0x52, 0x80),  # within a capability: its masks are the device's own
    ],
)
def test_what_a_guest_writes_is_not_compared(at: int, value: int, against: Against) -> None:
    verdict = judge_config({at: value}, against)
    assert verdict.refusals == ()
    assert verdict.outcome is CheckOutcome.NOT_DECIDED


def test_the_guest_of_an_ide_controller_chooses_its_mode(against: Against) -> None:
    ide = {0x0A: 0x01, 0x0B: 0x01, 0x09: 0x80}
    program = against(stream(pci(config(ide))), None)
    assert of(stream(pci(config(ide | {0x09: 0x85}))), program).refusals == ()
    assert len(of(stream(pci(config(ide | {0x09: 0x8A}))), program).refusals) == 1


# CPUs of ARM -----------------------------------------------------------------------------------

MAIN, ID, LATE, ARM_32 = (
    0x603000000013C010,
    0x603000000013C030,
    0x603000000013F000,
    0x40200000200F0803,
)


def cpu(registers: dict[int, int], length_type: str = "int32 le") -> Any:
    numbers, values = sorted(registers), [registers[one] for one in sorted(registers)]
    count = len(numbers)
    body = struct.pack(f">i{2 * count}Q", count, *numbers, *values)
    fields = [
        {"name": "cpreg_vmstate_array_len", "type": length_type, "size": 4},
        {"name": "cpreg_vmstate_indexes", "array_len": count, "type": "uint64", "size": 8},
        {"name": "cpreg_vmstate_values", "array_len": count, "type": "uint64", "size": 8},
    ]
    return section("cpu", body, fields=fields)


def judge_cpu(
    sent: dict[int, int], own: dict[int, int], against: Against, length_type: str = "int32 le"
) -> LoadVerdict:
    program = against(stream(cpu(own, length_type)), None)
    return of(stream(cpu(sent, length_type)), program)


OWN = {ARM_32: 1, MAIN: 2, ID: 3, LATE: 4}


def test_the_registers_of_the_same_cpu_load(against: Against) -> None:
    changed = OWN | {LATE: 99}  # a register of the guest
    assert judge_cpu(changed, OWN, against).refusals == ()
    fewer = {number: OWN[number] for number in (ARM_32, ID, LATE)}
    assert judge_cpu(fewer, OWN, against).refusals == ()


def test_a_register_that_the_program_does_not_have_is_refused(against: Against) -> None:
    sent = {ARM_32: 1, MAIN + 1: 2, ID: 3, LATE: 4}
    (refusal,) = judge_cpu(sent, OWN, against).refusals
    assert (refusal.fault, refusal.number) == (LoadFault.REGISTER_UNKNOWN, MAIN + 1)
    assert line(refusal) == "error while loading state for instance 0x0 of device 'cpu'"
    tolerant = judge_cpu(sent, OWN, against, "int32")
    assert LoadDoubt.REGISTER_MAY_BE_TOLERATED in [one.doubt for one in tolerant.questions]
    # QEMU does not look at what is behind the last of its own.
    assert judge_cpu({ARM_32: 1, LATE + 8: 9}, OWN, against).refusals == ()


def test_a_constant_register_of_another_value_is_refused(against: Against) -> None:
    (refusal,) = judge_cpu(OWN | {ID: 7}, OWN, against).refusals
    assert (refusal.fault, refusal.number) == (LoadFault.REGISTER_DIFFERS, ID)
    # KVM, whose lists have no registers of 32-bit ARM, may let it be written.
    kvm = {number: value for number, value in OWN.items() if number != ARM_32}
    assert judge_cpu(kvm | {ID: 7}, kvm, against).refusals == ()


def test_more_registers_than_the_program_has_are_refused_first(against: Against) -> None:
    verdict = judge_cpu(OWN | {MAIN + 1: 5}, OWN, against)
    assert verdict.first is not None
    assert line(verdict.first) == "Invalid value 5 expecting positive value <= 4"
