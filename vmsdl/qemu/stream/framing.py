"""From a migration stream in any buffer to its top-level parts, in order; nothing is copied.

A device's body has no length, and only its schema knows where it ends. Here no schema is needed:
the end is given by the size in the stream's own description, where a footer confirms it, else by
the first footer after which the stream makes sense again.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from vmsdl.qemu.stream.ram import SKIP_BODY, MemoryFormat, RamBlock
from vmsdl.qemu.stream.reader import ByteReader, StreamError, StreamFault
from vmsdl.qemu.stream.vmdesc import DescribedSizes, Vmdesc, find_vmdesc, read_vmdesc

if TYPE_CHECKING:
    from typing_extensions import Buffer


_MAGIC = 0x5145564D
_FOOTER = 0x7E
_PACKAGED = 7
_TOP_LEVEL = frozenset((0, 1, 2, 3, 4, 8))


class SectionType(IntEnum):
    """The type byte of a section (migration/savevm.h)."""

    START = 1
    PART = 2
    END = 3
    FULL = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The magic and the stream version: the first eight bytes."""

    offset: int
    end: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The machine type, and what the configuration's subsections say."""

    offset: int
    end: int
    machine: str
    page_bits: int | None = None
    capabilities: tuple[str, ...] = ()
    uuid: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section: its header at `offset`, its body from `start` to `stop`, its footer up to `end`.

    A PART or END section has no name of its own: it repeats what its START said.
    """

    kind: SectionType
    section_id: int
    idstr: str
    instance_id: int
    version_id: int
    offset: int
    start: int
    stop: int
    end: int

    @property
    def body(self) -> slice:
        return slice(self.start, self.stop)

    @property
    def size(self) -> int:
        return self.stop - self.start

    @property
    def has_footer(self) -> bool:
        return self.end > self.stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A COMMAND and its payload; `packaged` is the stream inside a PACKAGED one, not entered."""

    offset: int
    end: int
    number: int
    payload: slice
    packaged: slice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The zero byte behind the last section."""

    offset: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surplus:
    """What follows the end and is no description: QEMU complains, and loads the stream."""

    offset: int
    end: int


Part: TypeAlias = Header | Configuration | Section | Command | End | Vmdesc | Surplus


def read_stream(
    data: "Buffer",
    blocks: dict[str, RamBlock] | None = None,
    report_offset: Callable[[int], None] | None = None,
) -> Iterator[Part]:
    """The parts of a stream, from header to description; StreamError where it makes no sense.

    `blocks` is filled with the RAM blocks and the numbers of their pages. `report_offset` is
    called now and then with the offset that is reached.
    """
    reader = ByteReader(data, report_offset)
    vmdesc = find_vmdesc(reader)
    header = _read_header(reader)
    yield header
    offset = header.end
    configuration: Configuration | None = None
    if reader.starts_with(offset, b"\x07"):
        configuration = _read_configuration(reader, offset)
        yield configuration
        offset = configuration.end

    finder = _SectionFinder(reader, vmdesc, _make_memory_format(vmdesc, configuration, blocks))
    while True:
        match reader.number(offset, 1, "a section type"):
            case 0:
                yield End(offset=offset, end=offset + 1)
                break
            case 1 | 2 | 3 | 4 as kind:
                section = finder.section(SectionType(kind), offset)
                yield section
                offset = section.end
            case 8:
                command = _read_command(reader, offset)
                yield command
                offset = command.end
            case unknown:
                raise StreamError(offset, f"unknown section type {unknown}")

    offset += 1
    if vmdesc is not None and vmdesc.offset == offset:
        yield vmdesc
    elif reader.starts_with(offset, b"\x06"):
        found = read_vmdesc(reader, offset)
        yield found
        offset = found.end
        if offset < reader.size:
            yield Surplus(offset=offset, end=reader.size)
    elif offset < reader.size:
        yield Surplus(offset=offset, end=reader.size)


def _read_header(reader: ByteReader) -> Header:
    if reader.number(0, 4, "the stream's header") != _MAGIC:
        raise StreamError(0, "not a migration stream: it does not begin with `QEVM`")
    version = reader.number(4, 4, "the stream's header")
    if version != 3:
        raise StreamError(4, f"unknown stream version {version}, expected 3")
    return Header(offset=0, end=8, version=version)


def _read_configuration(reader: ByteReader, offset: int) -> Configuration:
    what = "the configuration"
    length = reader.number(offset + 1, 4, what)
    machine = reader.text(offset + 5, length, what)
    end = offset + 5 + length
    page_bits: int | None = None
    capabilities: list[str] = []
    uuid: bytes | None = None
    while reader.starts_with(end, b"\x05"):
        start = end
        name, end = reader.counted(start + 1, what)
        version = reader.number(end, 4, what)
        end += 4
        if version & 0xFF != 1:  # a loader keeps eight bits
            message = f"unknown version {version} of `{name}`, expected 1"
            fault = StreamFault.CONFIGURATION_VERSION
            raise StreamError(end - 4, message, fault, name, version)
        match name:
            case "configuration/target-page-bits":
                page_bits = reader.number(end, 4, what)
                end += 4
            case "configuration/capabilities":
                count = reader.number(end, 4, what)
                end += 4
                for _ in range(count):
                    capability, end = reader.counted(end, what)
                    capabilities.append(capability)
            case "configuration/uuid":
                start = end
                end = reader.skip(start, 16, what)
                uuid = bytes(reader.view[start:end])
            case _:
                message = f"unknown subsection `{name}` of the configuration"
                raise StreamError(start, message, StreamFault.CONFIGURATION_SUBSECTION, name)
    return Configuration(
        offset=offset,
        end=end,
        machine=machine,
        page_bits=page_bits,
        capabilities=tuple(capabilities),
        uuid=uuid,
    )


def _make_memory_format(
    vmdesc: Vmdesc | None, configuration: Configuration | None, blocks: dict[str, RamBlock] | None
) -> MemoryFormat:
    bits = configuration.page_bits if configuration else None
    capabilities = configuration.capabilities if configuration else ()
    by_bits = 1 << bits if bits is not None and 6 <= bits < 32 else None
    return MemoryFormat(
        page_size=(vmdesc and vmdesc.page_size) or by_bits or 4096,
        ignore_shared="x-ignore-shared" in capabilities,
        mapped="mapped-ram" in capabilities,
        blocks={} if blocks is None else blocks,
    )


def _read_command(reader: ByteReader, offset: int) -> Command:
    number = reader.number(offset + 1, 2, "a command")
    start = offset + 5
    end = reader.skip(start, reader.number(offset + 3, 2, "a command"), "a command's payload")
    payload = slice(start, end)
    if number != _PACKAGED:
        return Command(offset=offset, end=end, number=number, payload=payload)
    if end - start != 4:
        raise StreamError(offset + 3, "the length of a packaged stream must have 4 bytes")
    inner = reader.skip(end, reader.number(start, 4, "a command"), "a packaged stream")
    return Command(
        offset=offset, end=inner, number=number, payload=payload, packaged=slice(end, inner)
    )


@dataclass(frozen=True, slots=True)
class _SectionHeader:
    """The long header of a section: who it is."""

    idstr: str
    instance_id: int
    version_id: int


@dataclass(slots=True)
class _SectionFinder:
    """Finds where sections end; remembers who STARTed and whether this stream has footers."""

    reader: ByteReader
    vmdesc: Vmdesc | None
    memory: MemoryFormat
    sizes: DescribedSizes = field(init=False)
    started: dict[int, _SectionHeader] = field(default_factory=dict)
    has_footers: bool = (
        True  # machine types of QEMU 2.3 and older send none: seen at the first section
    )

    def __post_init__(self) -> None:
        self.sizes = DescribedSizes(self.vmdesc)

    def section(self, kind: SectionType, offset: int) -> Section:
        section_id = self.reader.number(offset + 1, 4, "a section's header")
        if kind in (SectionType.START, SectionType.FULL):
            header, start = self._read_long_header(offset)
            if kind is SectionType.START:
                self.started[section_id] = header
        else:
            start = offset + 5
            if section_id not in self.started:
                message = f"section {section_id} continues, but was not started"
                raise StreamError(offset, message, StreamFault.SECTION_NOT_STARTED)
            header = self.started[section_id]
        stop = self._find_stop(kind, section_id, header, offset, start)
        footer = self._make_footer(section_id)
        if self.reader.starts_with(stop, footer):
            end = stop + len(footer)
        elif not self.has_footers:
            end = stop
        else:
            raise StreamError(stop, f"missing footer of section `{header.idstr}`")
        return Section(
            kind=kind,
            section_id=section_id,
            idstr=header.idstr,
            instance_id=header.instance_id,
            version_id=header.version_id,
            offset=offset,
            start=start,
            stop=stop,
            end=end,
        )

    def _read_long_header(self, offset: int) -> tuple[_SectionHeader, int]:
        what = "a section's header"
        idstr, end = self.reader.counted(offset + 5, what)
        instance_id = self.reader.number(end, 4, what)
        return _SectionHeader(idstr, instance_id, self.reader.number(end + 4, 4, what)), end + 8

    def _make_footer(self, section_id: int) -> bytes:
        return bytes((_FOOTER,)) + section_id.to_bytes(4, "big")

    def _find_stop(
        self, kind: SectionType, section_id: int, header: _SectionHeader, offset: int, start: int
    ) -> int:
        footer = self._make_footer(section_id)
        skip = SKIP_BODY.get(header.idstr)
        if kind is not SectionType.FULL and skip is not None:
            stop = skip(self.reader, start, self.memory)
            if kind is SectionType.START and not self.reader.starts_with(stop, footer):
                self.has_footers = not self._can_continue(stop)
            return stop

        size: int | None = None
        if kind is SectionType.FULL:
            size = self.sizes.take(header.idstr, header.instance_id)
        if size is not None and start + size <= self.reader.size:
            stop = start + size
            if self.reader.starts_with(stop, footer):
                return stop
            if not self.has_footers and self._can_continue(stop):
                return stop

        for stop in self.reader.occurrences(footer, start):
            if self._can_continue(stop + len(footer)):
                return stop
        raise StreamError(
            offset, f"cannot find the end of section `{header.idstr}`: its footer is missing"
        )

    def _can_continue(self, offset: int) -> bool:
        """Can the stream go on here: with a section, a command, or its end?"""
        if offset >= self.reader.size or self.reader.view[offset] not in _TOP_LEVEL:
            return False
        try:
            match self.reader.number(offset, 1, "a section type"):
                case 0:
                    return self._is_end(offset + 1)
                case 1 | 4:
                    header, _ = self._read_long_header(offset)
                    return self._is_plausible(header)
                case 2 | 3:
                    return self.reader.number(offset + 1, 4, "a section's header") in self.started
                case 8:
                    return _read_command(self.reader, offset).number < 0x80
                case _:
                    return False
        except StreamError:
            return False

    def _is_end(self, offset: int) -> bool:
        """Is this the end, or the description that fills the rest?"""
        if offset == self.reader.size:
            return True
        if not self.reader.starts_with(offset, b"\x06"):
            return False
        length = self.reader.number(offset + 1, 4, "the description's length")
        return offset + 5 + length == self.reader.size

    def _is_plausible(self, header: _SectionHeader) -> bool:
        if header.idstr == "" or not header.idstr.isprintable():
            return False
        is_described = (header.idstr, header.instance_id) in self.sizes
        return is_described or self.vmdesc is None or header.version_id < 0x10000


# migration/savevm.c
COMMANDS = {
    1: "OPEN_RETURN_PATH",
    2: "PING",
    3: "POSTCOPY_ADVISE",
    4: "POSTCOPY_LISTEN",
    5: "POSTCOPY_RUN",
    6: "POSTCOPY_RAM_DISCARD",
    7: "PACKAGED",
    8: "ENABLE_COLO",
    9: "POSTCOPY_RESUME",
    10: "RECV_BITMAP",
    11: "SWITCHOVER_START",
}


def find_idstrs(data: "Buffer") -> set[str]:
    """The names of all sections, as far as the stream can be read."""
    found: set[str] = set()
    with suppress(StreamError):
        for part in read_stream(data):
            if isinstance(part, Section):
                found.add(part.idstr)
    return found
