"""What is known of a program that would load a stream: its devices, its machine, its release."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vmsdl.expr.logic import collect_parts
from vmsdl.expr.nodes import Member
from vmsdl.qemu.stream.values import DecodedRecord
from vmsdl.schema.description import Description, Field, Schema
from vmsdl.schema.recorded import Origin, Release, find_origin
from vmsdl.schema.traverse import find_structs, has_pointers


def _no_class() -> None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class KnownDevice:
    """A description of a device, and how to get its generated class where it can have one."""

    schema: Schema
    description: Description
    origin: Origin
    load_class: Callable[[], Any] = _no_class

    @classmethod
    def of(cls, schema: Schema, description: Description, load: Callable[[], Any]) -> "KnownDevice":
        return cls(schema, description, find_origin(schema, description), load)

    def has_idstr(self, idstr: str) -> bool:
        """Can a section of this name be its own? A bus puts a path before the device's name.

        PCI gives a path to each device (qdev_get_dev_path); ISA gives none.
        """
        return any(self._ends_with(idstr, name) for name in self.description.wire_names)

    def _ends_with(self, idstr: str, name: str) -> bool:
        if not idstr.endswith(name):
            return False
        path = idstr.removesuffix(name)
        return path.endswith("/") or (path == "" and not self.is_on_pci)

    @property
    def is_complete(self) -> bool:
        """Are all its fields and subsections known, and its minimum version?

        A dump has them all; what a stream alone shows has no minimum version.
        """
        if self.origin is Origin.STREAM:
            return self.description.minimum_version_id > 0
        return True

    @property
    def is_on_pci(self) -> bool:
        first = self.description.fields[:1]
        names = [struct.name for each in first for struct in find_structs(each.type)]
        return [self.schema.descriptions[name].wire_name for name in names] == ["PCIDevice"]


def has_open_pointers(field: Field, description: Description) -> bool:
    """Whether more than the fields of a description decides which pointers of a field are null."""
    if not has_pointers(field.type):
        return False
    if field.there is None:
        return True
    names = {each.name for each in description.fields}
    read = [part for part in collect_parts(field.there) if isinstance(part, Member)]
    return not all(part.up == 0 and part.name in names for part in read)


@dataclass(frozen=True, slots=True)
class ObservedMachine:
    """What a stream shows of the machine that wrote it."""

    versions: Mapping[tuple[str, int], int] = field(default_factory=dict)
    # The values of each section that the stream describes.
    records: Mapping[tuple[str, int], DecodedRecord] = field(default_factory=dict)
    bodies: Mapping[tuple[str, int], bytes] = field(default_factory=dict)  # of each section
    blocks: Mapping[str, int] = field(default_factory=dict)  # RAM, by name
    has_configuration: bool = True
    page_bits: int | None = None
    uuid: bytes | None = None


@dataclass(frozen=True, slots=True)
class LoadingProgram:
    """All that is known of the program: of its devices, its machine, its release."""

    origin: Origin
    devices: tuple[KnownDevice, ...]
    machine: str | None = None  # the machine type it runs, where that is known
    machines: frozenset[str] = frozenset()  # those whose properties are declared
    observed: ObservedMachine | None = None  # a stream that it wrote
    oldest: Release = (0, 0)  # the program is of this release or a later one
    before: Release = (99, 0)  # the program is older than this release

    def find_devices(self, idstr: str, instance_id: int | None = None) -> list[KnownDevice]:
        """The devices that a section can be of, by QEMU's rule for names and instance ids.

        `instance_id`: None where only the name counts.
        """
        return [
            device
            for device in self.devices
            if device.has_idstr(idstr)
            and (instance_id is None or device.description.accepts_instance(instance_id))
        ]
