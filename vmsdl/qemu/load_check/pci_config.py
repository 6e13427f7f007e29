"""The configuration space of a PCI device, compared as QEMU compares it.

A loader refuses a byte that differs from its own in bits that are compared and that neither the
guest nor the device can write (hw/pci/pci.c: get_pci_config_device, `cmask & ~wmask & ~w1cmask`).
The masks are a device's own; those of the standard header and of the list of capabilities are the
same for all (pci_init_cmask, pci_register_bar, pci_add_capability).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vmsdl.qemu.stream.values import DecodedElements, DecodedRecord, RecordItem

_STATUS, _CAPABILITY_LIST, _HEADER_TYPE = 0x06, 0x34, 0x0E
_HAS_CAPABILITIES = 0x10
_CLASS_IDE = b"\x01\x01"  # subclass, class: in this order in memory
_NATIVE_MODE = 0b0101  # of an IDE controller, which its guest may choose
_NAMES = {
    **dict.fromkeys((0x00, 0x01), "vendor ID"),
    **dict.fromkeys((0x02, 0x03), "device ID"),
    _STATUS: "list of capabilities",
    0x08: "revision",
    0x09: "programming interface",
    **dict.fromkeys((0x0A, 0x0B), "class"),
    _HEADER_TYPE: "header type",
    _CAPABILITY_LIST: "list of capabilities",
}
_BARS = {0: range(0x10, 0x28, 4), 1: range(0x10, 0x18, 4)}
_IS_PORT, _IS_WIDE = 0b0001, 0b0110
_MOST_CAPABILITIES = 48
_SIZE = 256
_PCI_PATH = re.compile(r"[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")


@dataclass(frozen=True, slots=True)
class ComparedByte:
    """A byte that every loader compares, and which of its bits."""

    index: int
    mask: int
    name: str


@dataclass(frozen=True, slots=True)
class ConfigSpace:
    """What a record has of it, and the fields that lead there."""

    data: bytes
    path: str
    fields: tuple[tuple[str, str], ...]
    offset: int


def find_config(record: DecodedRecord) -> ConfigSpace | None:
    """The configuration space that a device sends first; None where it is no PCI device."""
    path = ""
    fields: tuple[tuple[str, str], ...] = ()
    node: DecodedRecord = record
    while True:
        first = next((one for one in node.fields if not _is_number(one)), None)
        if first is None:
            return None
        path = f"{path}.{first.name}" if path else first.name
        fields = ((node.title, first.name.partition("[")[0]), *fields)
        match first:
            case DecodedRecord():
                node = first
            case DecodedElements(elements=(RecordItem(type="pci config") as item,)):
                return _make_config(item, 0, path, fields)
            case RecordItem(type="pci config") as item:
                return _make_config(item, 0, path, fields)
            case RecordItem(type="virtio") as item if _PCI_PATH.match(record.name):
                # virtio_save has the PCI device's own description first, whose version is 2.
                return _make_config(item, 4, path, (("PCIDevice", "config"), *fields))
            case _:
                return None


def _is_number(node: object) -> bool:
    return isinstance(node, RecordItem) and type(node.value) is int


def _make_config(
    item: RecordItem, start: int, path: str, fields: tuple[tuple[str, str], ...]
) -> ConfigSpace | None:
    if not isinstance(item.value, str) or item.size < start + _SIZE:
        return None
    data = bytes.fromhex(item.value)
    return ConfigSpace(data[start : start + _SIZE], path, fields, item.offset + start)


def list_compared(local: bytes) -> Iterator[ComparedByte]:
    """The bytes of the program's own space that are compared for certain, in order."""
    masks = dict.fromkeys(_NAMES, 0xFF)
    masks[_STATUS] = _HAS_CAPABILITIES
    if local[0x0A:0x0C] == _CLASS_IDE:
        masks[0x09] = 0xFF & ~_NATIVE_MODE
    names = dict(_NAMES)
    for at, mask in _find_bars(local):
        masks[at], names[at] = mask, f"kind of base address {(at - 0x10) // 4}"
    for at in _find_capabilities(local):
        for byte in (at, at + 1):  # its number, and where the next one is
            masks[byte], names[byte] = 0xFF, f"capability 0x{local[at]:02x}"
    for index in sorted(masks):
        yield ComparedByte(index, masks[index], names[index])


def _find_bars(local: bytes) -> Iterator[tuple[int, int]]:
    """Base addresses that say of what kind they are, with the bits that say it."""
    wide = False
    for at in _BARS.get(local[_HEADER_TYPE] & 0x7F, ()):
        if wide:  # the upper half of the one before
            wide = False
        elif local[at] & _IS_PORT:
            yield at, _IS_PORT
        elif local[at] & 0x0F:
            yield at, 0x0F
            wide = local[at] & _IS_WIDE == 0b0100


def _find_capabilities(local: bytes) -> Iterator[int]:
    if not local[_STATUS] & _HAS_CAPABILITIES:
        return
    at = local[_CAPABILITY_LIST]
    for _ in range(_MOST_CAPABILITIES):
        if not 0x40 <= at < 0xFF:
            return
        yield at
        at = local[at + 1]
