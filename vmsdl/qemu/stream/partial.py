"""A stream as far as it can be read: what a loader meets, in order, and where that breaks off."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from vmsdl.qemu.stream.document import Descriptions
from vmsdl.qemu.stream.framing import Configuration, End, Part, Section, SectionType, read_stream
from vmsdl.qemu.stream.ram import RamBlock
from vmsdl.qemu.stream.reader import ByteReader, StreamError
from vmsdl.qemu.stream.stream import Device
from vmsdl.qemu.stream.vmdesc import DescribedSizes, Vmdesc, find_vmdesc, read_vmdesc

if TYPE_CHECKING:
    from typing_extensions import Buffer


@dataclass(frozen=True, slots=True)
class PartialStream:
    """`problem`: what the reading stopped at; `unterminated`: the last part, if it has no end."""

    view: memoryview = field(repr=False)
    parts: tuple[Part, ...]
    devices: Mapping[int, Device]  # by the offset of their section
    blocks: Mapping[str, RamBlock]
    problem: StreamError | None = None
    unterminated: Section | None = None

    @classmethod
    def of(cls, data: "Buffer") -> "PartialStream":
        view = memoryview(data).cast("B")
        blocks: dict[str, RamBlock] = {}
        parts: list[Part] = []
        problem: StreamError | None = None
        unterminated: Section | None = None
        try:
            for part in read_stream(data, blocks):
                parts.append(part)
        except StreamError as error:
            # Nothing behind the end is loaded: a description that is damaged changes nothing.
            if not any(isinstance(part, End) for part in parts):
                section = _read_unterminated(view, parts[-1].end) if parts else None
                ending = [] if section is None else _find_end(view, section)
                if ending:
                    parts += ending
                    if not isinstance(ending[-1], End | Vmdesc):
                        message = "missing end mark after the last section"
                        problem = StreamError(ending[-1].end, message)
                else:
                    problem, unterminated = error, section
                    parts += [section] if section is not None else []
        vmdesc = next((part for part in parts if isinstance(part, Vmdesc)), None)
        descriptions = Descriptions.of(vmdesc or find_vmdesc(ByteReader(view)))
        devices = {
            part.offset: Device(part, descriptions.take(part.idstr, part.instance_id), view)
            for part in parts
            if isinstance(part, Section) and part.kind is SectionType.FULL
        }
        return cls(view, tuple(parts), devices, blocks, problem, unterminated)

    @property
    def configuration(self) -> Configuration | None:
        return next((part for part in self.parts if isinstance(part, Configuration)), None)

    @property
    def has_footers(self) -> bool:
        """Machine types of QEMU 2.3 and older send none."""
        sections = [part for part in self.parts if isinstance(part, Section)]
        return not sections or any(section.has_footer for section in sections)


def _find_end(view: memoryview, section: Section) -> list[Part]:
    """The section and the end behind it, where what follows is no whole description.

    QEMU has loaded the machine by then: it skips what is there, or says that it expected more.
    """
    reader = ByteReader(view)
    footer = b"\x7e" + section.section_id.to_bytes(4, "big")
    for stop in reader.occurrences(footer, section.start):
        end = stop + len(footer)
        following = bytes(view[end : end + 2])
        complete = replace(section, stop=stop, end=end)
        if following in (b"\0", b"\0\x06"):
            parts: list[Part] = [complete, End(offset=end, end=end + 1)]
            try:
                return [*parts, read_vmdesc(reader, end + 1)]
            except StreamError:
                return parts
        if end == reader.size or (following[:1] == b"\x06" and _is_description(reader, end)):
            return [complete]
    return []


def _is_description(reader: ByteReader, offset: int) -> bool:
    try:
        return read_vmdesc(reader, offset).end == reader.size
    except StreamError:
        return False


def _read_unterminated(view: memoryview, offset: int) -> Section | None:
    """A device whose footer is not found, as long as the stream's description says it is."""
    reader = ByteReader(view)
    try:
        if reader.number(offset, 1, "") != SectionType.FULL:
            return None
        idstr, after = reader.counted(offset + 5, "")
        start = reader.skip(after, 8, "")
    except StreamError:
        return None
    instance_id = reader.number(after, 4, "")
    described = DescribedSizes(find_vmdesc(reader)).take(idstr, instance_id)
    stop = reader.size if described is None else min(start + described, reader.size)
    return Section(
        kind=SectionType.FULL,
        section_id=reader.number(offset + 1, 4, ""),
        idstr=idstr,
        instance_id=instance_id,
        version_id=reader.number(after + 4, 4, ""),
        offset=offset,
        start=start,
        stop=stop,
        end=stop,
    )
