"""Whole streams: put together from recorded sections, and their sections found again."""

import struct
from collections.abc import Iterable, Iterator
from functools import cache

from tests.support.recorded_sections import Recorded, all_recorded
from vmsdl.qemu.stream.document import write_in_style
from vmsdl.qemu.stream.framing import Section, read_stream

PAGE = bytes(range(256)) * 16


def assembled(recorded: Iterable[Recorded], *, machine: str | None = None) -> bytes:
    """A stream as QEMU of that release writes it: RAM of three pages, then the sections."""
    found = list(recorded)
    name = (machine or found[0].machine).encode()
    parts = [b"QEVM", struct.pack(">I", 3), b"\x07", struct.pack(">I", len(name)), name]
    parts += _ram()
    for number, section in enumerate(found, 10):
        idstr = section.idstr.encode()
        parts.append(struct.pack(">BIB", 4, number, len(idstr)) + idstr)
        parts.append(struct.pack(">II", section.instance_id, section.version_id))
        parts += (section.body, struct.pack(">BI", 0x7E, number))
    description = {"page_size": 4096, "devices": [section.description for section in found]}
    spaced = found[0].release == "5.2"
    text = write_in_style("{ " if spaced else "{", description).encode()
    return b"".join([*parts, b"\0\x06", struct.pack(">I", len(text)), text])


def sections(data: bytes) -> Iterator[Section]:
    """The sections of a stream, in order."""
    return (part for part in read_stream(data) if isinstance(part, Section))


def _ram() -> list[bytes]:
    size = 3 * 4096
    footer = struct.pack(">BI", 0x7E, 2)
    start = struct.pack(">BIB", 1, 2, 3) + b"ram" + struct.pack(">II", 0, 4)
    blocks = struct.pack(">Q", size | 4) + b"\x06pc.ram" + struct.pack(">Q", size)
    pages = struct.pack(">Q", 8) + b"\x06pc.ram" + PAGE
    pages += struct.pack(">QB", 0x1000 | 0x22, 0) + struct.pack(">Q", 0x2000 | 0x28) + PAGE
    eos = struct.pack(">Q", 0x10)
    end = struct.pack(">BI", 3, 2)
    return [start, blocks, eos, footer, end, pages, eos, footer]


@cache
def recorded_sets() -> dict[str, tuple[Recorded, ...]]:
    """The recorded sections by the stream they were cut from."""
    sets: dict[str, list[Recorded]] = {}
    for section in all_recorded():
        sets.setdefault(section.set, []).append(section)
    return {name: tuple(found) for name, found in sets.items()}
