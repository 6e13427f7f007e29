"""What is known of a program that would load a stream, and what it would say of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vmsdl.qemu.load_check.qemu_messages import NOTHING, QemuMessage
from vmsdl.schema.description import Description, Schema
from vmsdl.schema.recorded import Origin, Release, find_origin
from vmsdl.schema.traverse import find_structs


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say of a stream: where, in QEMU's words, and why in ours."""

    section: str
    path: str
    offset: int  # in the stream
    why: str
    words: QemuMessage = NOTHING

    @property
    def message(self) -> str:
        return self.words.message

    def as_json(self) -> dict[str, Any]:
        record: dict[str, Any] = {
            "section": self.section,
            "path": self.path,
            "offset": self.offset,
            "message": self.message,
            "why": self.why,
        }
        if self.words.since_11_1 is not None:
            record["message_11_1"] = self.words.since_11_1
        return record


@dataclass(slots=True)
class LoadVerdict:
    """Why the stream is refused, in the order in which QEMU comes to it, and what stays open."""

    reasons: list[Reason] = field(default_factory=list)
    undecided: list[Reason] = field(default_factory=list)

    @property
    def loads(self) -> bool | None:
        """False: it is refused. True: nothing speaks against it. None: something is not known."""
        if self.reasons:
            return False
        return None if self.undecided else True

    @property
    def first(self) -> Reason | None:
        """Where QEMU stops; it never comes to the others."""
        return self.reasons[0] if self.reasons else None

    def as_json(self) -> dict[str, Any]:
        return {
            "loads": self.loads,
            "reasons": [
                reason.as_json() | {"first": number == 0}
                for number, reason in enumerate(self.reasons)
            ],
            "undecided": [reason.as_json() for reason in self.undecided],
        }


def _no_class() -> None:
    return None


@dataclass(frozen=True, slots=True, eq=False)
class KnownBodies:
    """A description of a device, and how to get its generated class where it can have one."""

    schema: Schema
    description: Description
    origin: Origin
    load_class: Callable[[], Any] = _no_class

    @classmethod
    def of(cls, schema: Schema, description: Description, load: Callable[[], Any]) -> "KnownBodies":
        return cls(schema, description, find_origin(schema, description), load)

    def is_named(self, idstr: str) -> bool:
        """Its own name, behind the path that its bus gives it; PCI gives one to each device."""
        name = self.description.wire_name
        if not idstr.endswith(name):
            return False
        path = idstr.removesuffix(name)
        return path.endswith("/") or (path == "" and not self.is_on_pci)

    @property
    def is_on_pci(self) -> bool:
        first = self.description.fields[:1]
        names = [struct.name for each in first for struct in find_structs(each.type)]
        return [self.schema.descriptions[name].wire_name for name in names] == ["PCIDevice"]


@dataclass(frozen=True, slots=True)
class ShownLayout:
    """What a stream shows of the machine that wrote it."""

    versions: Mapping[tuple[str, int], int] = field(default_factory=dict)
    # The layout of each section: path, type and size of every leaf; None where it is not described.
    layouts: Mapping[tuple[str, int], "Layout | None"] = field(default_factory=dict)
    # What each section's compared fields hold, by path.
    compared: Mapping[tuple[str, int], Mapping[str, int]] = field(default_factory=dict)
    blocks: Mapping[str, int] = field(default_factory=dict)  # RAM, by name
    has_configuration: bool = True
    page_bits: int | None = None
    uuid: bytes | None = None


Layout = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class LoadingProgram:
    """All that is known of the program: of its devices, its machine, its release."""

    origin: Origin
    devices: tuple[KnownBodies, ...]
    machine: str | None = None  # the machine type it runs, where that is known
    machines: frozenset[str] = frozenset()  # those whose properties are declared
    shown: ShownLayout | None = None
    oldest: Release = (0, 0)  # its release is this one or a later one,
    before: Release = (99, 0)  # and comes before this one

    def named(self, idstr: str) -> list[KnownBodies]:
        """The descriptions that a section could be of, by QEMU's rule for names."""
        return [known for known in self.devices if known.is_named(idstr)]
