"""Changes that damage a stream, by name; a loader must refuse or tolerate each."""

from collections.abc import Callable
from typing import Any

from vmsdl.qemu.stream.framing import End, Section, SectionType
from vmsdl.qemu.stream.partial import PartialStream

Change = Callable[[PartialStream], bytes]


def _section(incoming: PartialStream, name: str) -> Section:
    for device in incoming.devices.values():
        if name in (device.idstr, device.idstr.rpartition("/")[2]):
            return device.section
    raise LookupError(name)


def _put(start: int, stop: int, data: bytes, incoming: PartialStream) -> bytes:
    return bytes(incoming.view[:start]) + data + bytes(incoming.view[stop:])


def _before(data: bytes, name: str = "i8259") -> Change:
    """Between two sections."""

    def change(incoming: PartialStream) -> bytes:
        offset = _section(incoming, name).offset
        return _put(offset, offset, data, incoming)

    return change


def _configured(data: bytes) -> Change:
    """Behind the machine's name."""

    def change(incoming: PartialStream) -> bytes:
        assert incoming.configuration is not None
        end = incoming.configuration.end
        return _put(end, end, data, incoming)

    return change


def _named(edit: Callable[[str], str]) -> Change:
    def change(incoming: PartialStream) -> bytes:
        configuration = incoming.configuration
        assert configuration is not None
        name = edit(configuration.machine).encode()
        start, stop = configuration.offset + 1, configuration.offset + 5 + len(
            configuration.machine
        )
        return _put(start, stop, len(name).to_bytes(4, "big") + name, incoming)

    return change


def _without_configuration(incoming: PartialStream) -> bytes:
    assert incoming.configuration is not None
    return _put(incoming.configuration.offset, incoming.configuration.end, b"", incoming)


def _subsection(name: str, version: int = 1, data: bytes = b"") -> bytes:
    return bytes((5, len(name))) + name.encode() + version.to_bytes(4, "big") + data


def _ram(version: int) -> Change:
    def change(incoming: PartialStream) -> bytes:
        start = next(
            part
            for part in incoming.parts
            if isinstance(part, Section) and part.kind is SectionType.START
        ).start
        return _put(start - 4, start, version.to_bytes(4, "big"), incoming)

    return change


def _end(incoming: PartialStream) -> End:
    return next(part for part in incoming.parts if isinstance(part, End))


def _of(name: str, edit: Callable[[Section, PartialStream], tuple[int, int, bytes]]) -> Change:
    def change(incoming: PartialStream) -> bytes:
        return _put(*edit(_section(incoming, name), incoming), incoming)

    return change


def _version(step: int) -> Callable[[Section, PartialStream], tuple[int, int, bytes]]:
    def edit(section: Section, incoming: PartialStream) -> tuple[int, int, bytes]:
        number = (section.version_id + step) & 0xFFFFFFFF
        return section.start - 4, section.start, number.to_bytes(4, "big")

    return edit


def _instance(section: Section, incoming: PartialStream) -> tuple[int, int, bytes]:
    return section.start - 8, section.start - 4, (7).to_bytes(4, "big")


def _behind(data: bytes) -> Callable[[Section, PartialStream], tuple[int, int, bytes]]:
    return lambda section, incoming: (section.stop, section.stop, data)


def _cut(section: Section, incoming: PartialStream) -> tuple[int, int, bytes]:
    return section.stop - 1, section.stop, b""


def _footer(section: Section, incoming: PartialStream) -> tuple[int, int, bytes]:
    return section.stop, section.end, b"\x7e\x00\x00\xff\xff"


def _twice(section: Section, incoming: PartialStream) -> tuple[int, int, bytes]:
    return section.end, section.end, bytes(incoming.view[section.offset : section.end])


def _known_subsection(version: int, times: int) -> Callable[[Section, PartialStream], Any]:
    """`ps2kbd/ledstate`, which this description has."""
    one = _subsection("ps2kbd/ledstate", version, (2).to_bytes(4, "big"))
    return _behind(one * times)


_DAMAGED = ("i8259", "i8254", "dma", "mc146818rtc", "ps2kbd", "pckbd", "piix4_pm", "ide", "PCIBUS")
CARDS = ("e1000", "pciespscsi", "xhci", "serial", "vga", "fdc")


def _changes() -> dict[str, Change]:
    found: dict[str, Change] = {
        "no magic": lambda i: b"QEVX" + bytes(i.view[4:]),
        "stream version 2": lambda i: _put(4, 8, b"\0\0\0\2", i),
        "stream version 4": lambda i: _put(4, 8, b"\0\0\0\4", i),
        "no configuration": _without_configuration,
        "a prefix of the machine's name": _named(lambda name: name[:-2]),
        "the machine's name and more": _named(lambda name: name + ".1"),
        "another machine's name": _named(lambda name: name[:-1] + "9"),
        "configuration: unknown subsection": _configured(_subsection("configuration/hello")),
        "configuration: x-ignore-shared": _configured(
            _subsection("configuration/capabilities", 1, b"\0\0\0\1\x0fx-ignore-shared")
        ),
        "configuration: unknown capability": _configured(
            _subsection("configuration/capabilities", 1, b"\0\0\0\1\x05hello")
        ),
        "configuration: capabilities version 2": _configured(
            _subsection("configuration/capabilities", 2, b"\0\0\0\0")
        ),
        "configuration: pages of 13 bits": _configured(
            _subsection("configuration/target-page-bits", 1, b"\0\0\0\x0d")
        ),
        "configuration: a UUID": _configured(
            _subsection("configuration/uuid", 1, bytes(range(16)))
        ),
        "command SWITCHOVER_START": _before(b"\x08\0\x0b\0\0"),
        "command 99": _before(b"\x08\0\x63\0\2ab"),
        "command 0": _before(b"\x08\0\0\0\0"),
        "command PING of 2 bytes": _before(b"\x08\0\2\0\2ab"),
        "command PING": _before(b"\x08\0\2\0\4abcd"),
        "section type 9": _before(b"\x09"),
        "a part of no section": _before(b"\2\0\0\xff\xff"),
        "RAM version 3": _ram(3),
        "RAM version 5": _ram(5),
        "no end": lambda i: _put(_end(i).offset, _end(i).end, b"", i),
        "no end, no description": lambda i: bytes(i.view[: _end(i).offset]),
        "no description": lambda i: bytes(i.view[: _end(i).end]),
        "description cut": lambda i: bytes(i.view[:-50]),
        "bytes behind the description": lambda i: bytes(i.view) + b"xx",
        "ends in a body": lambda i: bytes(i.view[: _section(i, "i8259").start + 4]),
        "ends in a header": lambda i: bytes(i.view[: _section(i, "i8259").start - 6]),
        "ends before a footer": lambda i: bytes(i.view[: _section(i, "i8259").stop]),
        "i8259: other name": lambda i: bytes(i.view).replace(b"\x05i8259", b"\x05i8258", 1),
        "ps2kbd: subsection": _of("ps2kbd", _known_subsection(1, 1)),
        "ps2kbd: subsection twice": _of("ps2kbd", _known_subsection(1, 2)),
        "ps2kbd: subsection version 2": _of("ps2kbd", _known_subsection(2, 1)),
        "ps2kbd: subsection version 0": _of("ps2kbd", _known_subsection(0, 1)),
        "ps2kbd: subsection version 0x101": _of("ps2kbd", _known_subsection(0x101, 1)),
        "ps2kbd: a foreign subsection": _of("ps2kbd", _behind(_subsection("i8259/hello"))),
        "PCIBUS: other nirq": _of(
            "PCIBUS", lambda s, i: (s.start, s.start + 4, (3).to_bytes(4, "big"))
        ),
        "PCIBUS: nirq of a million": _of(
            "PCIBUS", lambda s, i: (s.start, s.start + 4, (1 << 20).to_bytes(4, "big"))
        ),
        "ide: PCI version 3": _of("ide", lambda s, i: (s.start, s.start + 4, b"\0\0\0\3")),
        "ide: PCI version -1": _of("ide", lambda s, i: (s.start, s.start + 4, b"\xff" * 4)),
        "vga: other is_vbe_vmstate": _of("vga", _vbe),
    }
    for name in (*_DAMAGED, *CARDS):
        found[f"{name}: version + 1"] = _of(name, _version(1))
        found[f"{name}: version 0"] = _of(
            name, lambda section, i: (section.start - 4, section.start, bytes(4))
        )
        found[f"{name}: cut by a byte"] = _of(name, _cut)
        found[f"{name}: a byte more"] = _of(name, _behind(b"\0"))
        found[f"{name}: unknown subsection"] = _of(name, _behind(_subsection(f"{name}/hello")))
    for name in ("i8259", "ide"):
        found[f"{name}: wrong footer"] = _of(name, _footer)
        found[f"{name}: no footer"] = _of(name, lambda s, i: (s.stop, s.end, b""))
        found[f"{name}: instance 7"] = _of(name, _instance)
        found[f"{name}: sent twice"] = _of(name, _twice)
    return found


def _vbe(section: Section, incoming: PartialStream) -> tuple[int, int, bytes]:
    """The field stands behind the VGA's own 15 arrays: found by the stream's description."""
    record = incoming.devices[section.offset].record()
    (vga,) = [node for node in record.fields if node.name == "vga"]
    (field,) = [node for node in vga.fields if node.name == "is_vbe_vmstate"]  # type: ignore[union-attr]
    return field.offset, field.offset + field.size, b"\0"


CHANGES = _changes()
