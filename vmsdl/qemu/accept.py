"""From a stream and what is known of a program to the reasons why that program would refuse it.

The walk is that of QEMU's loader: configuration, sections in order, their names, versions, bytes
and subsections. QEMU stops at the first reason; all are given here. What the knowledge cannot
decide is listed apart: a hook, a condition that lives elsewhere, a layout that was only recorded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from vmsdl.qemu.framing import Command, Section
from vmsdl.qemu.inventory import COMMANDS
from vmsdl.qemu.messages import loader_message
from vmsdl.qemu.stream import Device, Stream
from vmsdl.qemu.values import Elements, Record, ValuesError
from vmsdl.schema.description import Description, Role, Schema
from vmsdl.schema.expression import Extern
from vmsdl.schema.types import Array, ListType, MapType, Opaque, StructType, Type

_ITERABLE = ("ram", "s390-storage_attributes", "spapr/htab", "dirty-bitmap", "block")


class Origin(Enum):
    """Where the knowledge of the program comes from: it decides what an absence means."""

    SCHEMA = "schema"  # types, conditions, checks
    DUMP = "dump"  # every device of a class, its versions and subsections; no types
    STREAM = "stream"  # one version's layouts in one state


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say of a stream: where, and in QEMU's words where they are QEMU's."""

    section: str
    path: str
    offset: int  # in the stream
    message: str
    why: str  # in ours

    def as_json(self) -> dict[str, Any]:
        return {
            "section": self.section,
            "path": self.path,
            "offset": self.offset,
            "message": self.message,
            "why": self.why,
        }


@dataclass(slots=True)
class Verdict:
    """Why the stream is refused, and what stays open."""

    reasons: list[Reason] = field(default_factory=list)
    undecided: list[Reason] = field(default_factory=list)

    @property
    def loads(self) -> bool | None:
        """False: it is refused. True: nothing speaks against it. None: something is not known."""
        if self.reasons:
            return False
        return None if self.undecided else True


@dataclass(frozen=True, slots=True)
class Program:
    """What is known of the program that would load: schemas, and their generated classes."""

    origin: Origin
    schemas: tuple[Schema, ...]
    classes: Mapping[str, Any] = field(default_factory=dict)  # by .vmsd name of the device
    machine: str | None = None  # the machine type it runs, where that is known

    def devices(self, device: Device) -> list[tuple[Schema, Description]]:
        """The descriptions that this section could be of, by QEMU's rule for names."""
        return [
            (schema, description)
            for schema in self.schemas
            for description in schema.descriptions.values()
            if description.role is Role.DEVICE
            and device.idstr.endswith(description.wire_name)
            and device.idstr.removesuffix(description.wire_name)[-1:] in ("", "/")
        ]


def accept(stream: Stream, program: Program) -> Verdict:
    """Would this program load this stream?"""
    verdict = Verdict()
    _configuration(stream, program, verdict)
    devices = {device.section.offset: device for device in stream.devices}
    for part in stream.parts:
        match part:
            case Command(number=number, offset=offset) if number not in COMMANDS:
                message = f"MIG_CMD 0x{number:x} unknown (len 0x{part.payload.stop - offset - 5:x})"
                verdict.reasons.append(
                    Reason("command", "", offset, message, "no version has such a command")
                )
            case Section(offset=offset) if offset in devices:
                _device(devices[offset], stream, program, verdict)
            case Section(idstr=idstr, offset=offset) if idstr not in _ITERABLE:
                verdict.undecided.append(
                    Reason(idstr, "", offset, "", "a section with a codec of its own")
                )
            case _:
                pass
    return verdict


def _configuration(stream: Stream, program: Program, verdict: Verdict) -> None:
    if stream.machine is None:
        return
    if program.machine is not None:
        # Compared over the stream's length: a prefix of the local name passes, as in QEMU.
        if not program.machine.startswith(stream.machine):
            received, local = stream.machine, program.machine
            message = f"Machine type received is '{received}' and local is '{local}'"
            verdict.reasons.append(
                Reason("configuration", "machine", 8, message, "the machine types differ")
            )
    elif not any(stream.machine in schema.machines for schema in program.schemas):
        why = f"no machine type `{stream.machine}` is declared: properties have their defaults"
        verdict.undecided.append(Reason("configuration", "machine", 8, "", why))


def _device(device: Device, stream: Stream, program: Program, verdict: Verdict) -> None:
    found = program.devices(device)
    if not found:
        message = (
            f"Unknown savevm section or instance '{device.idstr}' {device.instance_id}. "
            "Make sure that your current VM setup matches your saved VM setup, including any "
            "hotplugged devices"
        )
        why = "the program's description of it is not known"
        verdict.undecided.append(Reason(device.idstr, "", device.section.offset, message, why))
        return
    # Two descriptions of one name: refused where each refuses.
    trials = [_try(device, stream, program, schema, one) for schema, one in found]
    best = min(trials, key=lambda trial: (bool(trial.reasons), len(trial.undecided)))
    verdict.reasons += best.reasons
    verdict.undecided += best.undecided


def _try(
    device: Device, stream: Stream, program: Program, schema: Schema, known: Description
) -> Verdict:
    verdict = Verdict()
    place = device.section.offset
    if known.unmigratable:
        message = f"State blocked by non-migratable device '{device.idstr}'"
        verdict.reasons.append(Reason(device.idstr, "", place, message, "it is unmigratable"))
        return verdict
    version = device.version_id
    if version > known.version_id:
        message = f"savevm: unsupported version {version} for '{device.idstr}' v{known.version_id}"
        why = f"version {version} is newer than the program's {known.version_id}"
        verdict.reasons.append(Reason(device.idstr, "", place, message, why))
        return verdict
    if version < known.minimum_version_id:
        message = (
            f"{known.wire_name}: incoming version_id {version} is too old "
            f"for local minimum version_id  {known.minimum_version_id}"
        )
        why = f"version {version} is older than the oldest that loads"
        verdict.reasons.append(Reason(device.idstr, "", place, message, why))
        return verdict
    cls = program.classes.get(known.name)
    if program.origin is Origin.SCHEMA and cls is not None:
        _decode(device, stream, cls, verdict)
        verdict.undecided += _open_questions(device, schema, known)
    else:
        _by_names(device, program, schema, known, verdict)
    return verdict


def _decode(device: Device, stream: Stream, cls: Any, verdict: Verdict) -> None:
    machines = getattr(cls, "MACHINES", ())
    base = cls.for_machine(stream.machine) if stream.machine in machines else None
    try:
        cls.decode(device.data, version_id=device.version_id, base=base)
    except ValueError as error:
        reason = getattr(error, "reason", None)
        if reason is None:
            raise
        offset = device.section.start + getattr(error, "offset", 0)
        path, words = getattr(error, "path", ""), str(getattr(error, "message", error))
        message = loader_message(reason, device.idstr, words)
        verdict.reasons.append(Reason(device.idstr, path, offset, message, f"{path}: {words}"))


def _open_questions(device: Device, schema: Schema, known: Description) -> Iterator[Reason]:
    """What of a schema decides outside of it, once each."""
    seen: set[str] = set()
    for description in _reachable(schema, known):
        for why in _questions(description):
            if why not in seen:
                seen.add(why)
                yield Reason(device.idstr, description.name, device.section.start, "", why)


def _questions(description: Description) -> Iterator[str]:
    name = description.wire_name
    for hook in description.hooks:
        if hook.value.endswith("load"):
            yield f"the hook {hook.value} of `{name}` may refuse"
    for each in description.fields:
        if isinstance(each.condition, Extern):
            yield f"whether `{name}` has `{each.name}` is decided elsewhere"
        if each.equal or each.bounded:
            yield f"`{each.name}` of `{name}` is compared with the program's own value"
        if isinstance(each.type, Opaque) and each.type.codec is not None:
            yield f"the codec of `{each.name}` ({each.type.codec}) may refuse"


def _reachable(schema: Schema, known: Description) -> Iterator[Description]:
    done: set[str] = set()
    waiting = [known]
    while waiting:
        description = waiting.pop()
        yield description
        waiting += description.subsections
        for each in description.fields:
            for name in _structs(each.type):
                if name not in done:
                    done.add(name)
                    waiting.append(schema.descriptions[name])


def _structs(kind: Type) -> Iterator[str]:
    match kind:
        case StructType(name=name):
            yield name
        case Array(element=element) | ListType(element=element):
            yield from _structs(element)
        case MapType(key=key, value=value):
            if key is not None:
                yield key.name
            yield value.name
        case _:
            pass


def _by_names(
    device: Device, program: Program, schema: Schema, known: Description, verdict: Verdict
) -> None:
    """Recorded knowledge has no layouts to read by: the subsections that were sent are compared."""
    section = device.section
    why = f"its bytes cannot be read by a {program.origin.value}'s knowledge alone"
    verdict.undecided.append(Reason(device.idstr, "", section.start, "", why))
    try:
        record = device.record()
    except ValuesError as error:
        verdict.undecided.append(Reason(device.idstr, error.path, error.offset, "", str(error)))
        return
    tables: dict[str, set[str]] = {}
    for description in _reachable(schema, known):
        names = {inner.wire_name for inner in description.subsections}
        tables.setdefault(description.wire_name, set()).update(names)
    for owner, inner in _subsections(record):
        if owner in tables and inner.title not in tables[owner]:
            why = f"`{owner}` has no subsection `{inner.title}`"
            if program.origin is Origin.DUMP:
                message = loader_message("unknown-subsection", device.idstr, "")
                verdict.reasons.append(
                    Reason(device.idstr, inner.title, inner.offset, message, why)
                )
            else:
                why = f"no stream showed a subsection `{inner.title}` of `{owner}`"
                verdict.undecided.append(Reason(device.idstr, inner.title, inner.offset, "", why))


def _subsections(record: Record) -> Iterator[tuple[str, Record]]:
    for inner in record.subsections:
        yield record.title, inner
        yield from _subsections(inner)
    for node in record.fields:
        match node:
            case Record():
                yield from _subsections(node)
            case Elements(elements=elements):
                for element in elements:
                    if isinstance(element, Record):
                        yield from _subsections(element)
            case _:
                pass
