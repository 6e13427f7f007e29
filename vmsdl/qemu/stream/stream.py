"""A migration stream as an object: its devices, their state, and the stream with it changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from vmsdl import files
from vmsdl.qemu.stream.document import Descriptions, update_description, write_in_style
from vmsdl.qemu.stream.framing import Configuration, Part, Section, SectionType, read_stream
from vmsdl.qemu.stream.load_target import make_load_target
from vmsdl.qemu.stream.values import DecodedRecord, ValuesError, decode_record, to_json
from vmsdl.qemu.stream.vmdesc import Vmdesc

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Decodes(Protocol):
    """A generated class of a device."""

    @classmethod
    def decode(
        cls, data: "Buffer", *, version_id: int | None = None, base: Self | None = None
    ) -> Self: ...

    def encode(self) -> bytes: ...


D = TypeVar("D", bound=Decodes)


@dataclass(frozen=True, slots=True, eq=False)
class Device:
    """The state of one device: a FULL section, and what the stream says of its layout."""

    section: Section
    description: Mapping[str, Any] | None = field(repr=False)
    view: memoryview = field(repr=False)

    @property
    def idstr(self) -> str:
        """The section's name, such as `0000:00:01.1/ide`."""
        return self.section.idstr

    @property
    def name(self) -> str:
        """The description's name, without the path of the bus: `ide`."""
        named = (self.description or {}).get("vmsd_name")
        return str(named) if named else self.idstr.rpartition("/")[2]

    @property
    def is_described(self) -> bool:
        """Does the stream say what its fields are? Old-style devices are described as bytes."""
        return self.description is not None and "vmsd_name" in self.description

    @property
    def instance_id(self) -> int:
        return self.section.instance_id

    @property
    def version_id(self) -> int:
        return self.section.version_id

    @property
    def data(self) -> bytes:
        return bytes(self.view[self.section.body])

    def record(self) -> DecodedRecord:
        """Every field with its place, by the stream's description; ValuesError if it misfits."""
        section = self.section
        if self.description is None:
            raise ValuesError(
                section.idstr, section.start, "the stream does not describe this device"
            )
        return decode_record(
            self.description, self.view, section.start, section.stop, section.idstr
        )

    def values(self) -> dict[str, Any]:
        """Fields and subsections by name, as JSON has them."""
        return to_json(self.record())

    def decode(self, cls: type[D], base: D | None = None) -> D:
        """An instance of a generated class; its DecodeError where the bytes do not fit it.

        `base` is the object loaded into. Where none is given, the stream's own description tells
        which `extern` fields are there, which pointers are null, and lengths that are not sent.
        """
        if base is None:
            base = self.receiver(cls)
        return cls.decode(self.data, version_id=self.version_id, base=base)

    def receiver(self, cls: type[D]) -> D | None:
        """What the description tells of the object to load into; None where nothing hangs on it."""
        if not self.is_described:
            return None
        try:
            found: D | None = make_load_target(cls, self.record())
        except ValuesError:
            return None
        return found


def open_stream(path: str | PathLike[str]) -> "Stream":
    """The stream in a file, which is mapped and not read: guest memory stays where it is."""
    return Stream(files.map_file(fspath(path)))


class Stream:
    """A stream in a buffer. StreamError where it makes no sense."""

    def __init__(self, data: "Buffer") -> None:
        self.view = memoryview(data).cast("B")
        # The data as they came: a mapped file is let go of behind the reading.
        self.parts: tuple[Part, ...] = tuple(read_stream(data))
        found = [part for part in self.parts if isinstance(part, Vmdesc)]
        self.vmdesc = found[0] if found else None
        descriptions = Descriptions.of(self.vmdesc)
        self.devices: tuple[Device, ...] = tuple(
            Device(part, descriptions.take(part.idstr, part.instance_id), self.view)
            for part in self.parts
            if isinstance(part, Section) and part.kind is SectionType.FULL
        )

    @property
    def machine(self) -> str | None:
        """The machine type; None where the stream has no configuration."""
        return next((part.machine for part in self.parts if isinstance(part, Configuration)), None)

    def device(self, name: str, instance_id: int | None = None) -> Device:
        """The device of that section name, or of that description name where only one has it."""
        exact = [device for device in self.devices if device.idstr == name]
        found = exact or [device for device in self.devices if device.name == name]
        if instance_id is not None:
            found = [device for device in found if device.instance_id == instance_id]
        if len(found) != 1:
            names = ", ".join(f"{device.idstr} {device.instance_id}" for device in found)
            raise KeyError(f"{name}: {names or 'no such device'}")
        return found[0]

    def write(self, path: str | PathLike[str], states: "Mapping[Device, Decodes | bytes]") -> int:
        """A file of this stream with the state of some devices replaced; its size.

        It is written whole or not at all, and may not be the file that this stream lies in.
        """
        return files.write_chunks(fspath(path), self.changed(states))

    def changed(self, states: "Mapping[Device, Decodes | bytes]") -> Iterator[memoryview | bytes]:
        """The chunks of this stream with the state of some devices replaced."""
        by_offset = {
            device.section.offset: state if isinstance(state, bytes) else state.encode()
            for device, state in states.items()
        }
        for part in self.parts:
            if isinstance(part, Section) and part.offset in by_offset:
                yield self.view[part.offset : part.start]
                yield by_offset[part.offset]
                yield self.view[part.stop : part.end]
            elif isinstance(part, Vmdesc):
                yield from self._change_description(part, by_offset)
            else:
                yield self.view[part.offset : part.end]

    def _change_description(
        self, vmdesc: Vmdesc, by_offset: Mapping[int, bytes]
    ) -> Iterator[memoryview | bytes]:
        replaced: dict[int, dict[str, Any]] = {}
        for device in self.devices:
            data = by_offset.get(device.section.offset)
            if data is not None and device.description is not None:
                replaced[id(device.description)] = update_description(device.description, data)
        devices = vmdesc.json.get("devices", [])
        changed = [replaced.get(id(device), device) for device in devices]
        if changed == devices:
            yield self.view[vmdesc.offset : vmdesc.end]
            return
        text = bytes(self.view[vmdesc.start : vmdesc.end]).decode()
        written = write_in_style(text, vmdesc.json | {"devices": changed}).encode()
        yield b"\x06" + len(written).to_bytes(4, "big") + written
