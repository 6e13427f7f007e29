"""From a path to what it says of a program: .vmsd files, a dump, or a stream that it wrote."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from vmsdl.build.in_memory import GeneratedModules, import_schema
from vmsdl.cli.console import Console
from vmsdl.cli.inputs.paths import map_file
from vmsdl.cli.inputs.recorded import MARK, Dump, learn_schemas, open_recorded
from vmsdl.cli.inputs.schemas import load_devices_of
from vmsdl.emit.names import NamesClash
from vmsdl.expr.nodes import INTEGER, Literal, Member, Select, children
from vmsdl.qemu.load_check.configuration import find_release
from vmsdl.qemu.load_check.program import KnownDevice, LoadingProgram, ObservedMachine
from vmsdl.qemu.load_check.recorded_section import find_record
from vmsdl.qemu.load_check.release_range import find_age
from vmsdl.qemu.stream.partial import PartialStream
from vmsdl.qemu.stream.values import DecodedRecord
from vmsdl.schema.description import Description, Field, Schema
from vmsdl.schema.recorded import Age, Origin, RecordedMachine, find_recorded_machines
from vmsdl.schema.scalars import COUNT
from vmsdl.schema.traverse import collect_lengths, find_devices
from vmsdl.schema.types import Scalar


def read_program(
    path: str, machine: str | None, idstrs: Iterable[str], console: Console
) -> LoadingProgram | None:
    """What loads sections of these names. None where the .vmsd has errors, which are reported."""
    if os.path.isdir(path) or path.endswith(".vmsd"):
        schemas = load_devices_of(path, idstrs, console)
        return None if schemas is None else make_program(schemas, machine)
    data = map_file(path)
    if bytes(data[:4]) == MARK:
        return _make_from_stream(path, data, machine, console)
    return _make_from_dump(path, bytes(data), machine)


def make_program(schemas: Iterable[Schema], machine: str | None = None) -> LoadingProgram:
    """A program of checked schemas; a device's class is made when a stream has the device."""
    known = []
    machines: set[str] = set()
    recorded: dict[str, RecordedMachine] = {}
    for schema in schemas:
        generate = _generate_once(schema)
        machines |= schema.machines.keys()
        recorded |= {one.name: one for one in find_recorded_machines(schema)}
        known += [
            KnownDevice.of(schema, one, _select_class(generate, one))
            for one in find_devices(schema)
        ]
    age = _find_age(recorded.values())
    # What was imported from streams of one machine type is a program of that machine type.
    senders = [one.name for one in recorded.values() if Origin.STREAM in one.origins]
    local = machine or (senders[0] if len(senders) == 1 else None)
    oldest = max(age.oldest, find_release(local) or (0, 0))
    declared = frozenset(machines)
    return LoadingProgram(Origin.SCHEMA, tuple(known), local, declared, None, oldest, age.before)


def _find_age(recorded: Iterable[RecordedMachine]) -> Age:
    age = Age()
    for one in recorded:
        age = age.narrow(one.age)
        if Origin.DUMP in one.origins:  # no release has machine types of later ones
            age = age.narrow(Age(oldest=find_release(one.name) or (0, 0)))
    return age


def _select_class(
    generate: Callable[[], GeneratedModules | None], device: Description
) -> Callable[[], Any]:
    def select() -> Any:
        generated = generate()
        return None if generated is None else generated.find_class(device.name)

    return select


def _generate_once(schema: Schema) -> Callable[[], GeneratedModules | None]:
    """The generated modules of a schema, made at most once; None where names clash in them."""

    @cache
    def generate() -> GeneratedModules | None:
        try:
            return import_schema(_remove_unknown_comparisons(schema), is_formatted=False)
        except NamesClash:
            return None

    return generate


def _remove_unknown_comparisons(schema: Schema) -> Schema:
    """Without the comparisons with the receiver's own value where the schema does not know it."""
    counts = frozenset(_list_count_names(schema))
    return map_fields(schema, lambda field: _remove_unknown_of_field(field, counts))


def _list_count_names(schema: Schema) -> Iterator[str]:
    """The names of all members that lengths are made of."""
    for description in schema.descriptions.values():
        waiting = [description]
        while waiting:
            one = waiting.pop()
            waiting += one.subsections
            lengths = [each for field in one.fields for each in collect_lengths(field.type)]
            while lengths:
                part = lengths.pop()
                lengths += children(part)
                if isinstance(part, Member | Select):
                    yield part.name


def map_fields(schema: Schema, change: Callable[[Field], Field]) -> Schema:
    """A schema with other fields in all its devices, structs and subsections."""

    def map_description(description: Description) -> Description:
        steps = tuple(
            change(step) if isinstance(step, Field) else step for step in description.steps
        )
        subsections = tuple(map(map_description, description.subsections))
        return replace(description, steps=steps, subsections=subsections)

    files = []
    for file in schema.files:
        definitions = [
            map_description(one) if isinstance(one, Description) else one
            for one in file.definitions
        ]
        files.append(replace(file, definitions=tuple(definitions)))
    descriptions = {name: map_description(one) for name, one in schema.descriptions.items()}
    return replace(schema, files=tuple(files), descriptions=descriptions)


_MOST_ELEMENTS = 1 << 20  # more than any machine of QEMU has of anything that it counts so


def _remove_unknown_of_field(field: Field, counts: frozenset[str]) -> Field:
    """No value differs from one that is not known; but a negative one is below any bound.

    The bound of a count is also the number of elements that the object to load into gets.
    """
    if field.default is not None:
        return field
    if field.bounded and field.type == Scalar(COUNT.name):
        bound = _MOST_ELEMENTS if field.name in counts else COUNT.high
        return replace(field, equal=False, default=Literal(type=INTEGER, value=bound))
    return replace(field, equal=False, bounded=False)


# Recorded knowledge ----------------------------------------------------------------------------


def _make_from_stream(
    path: str, data: Any, machine: str | None, console: Console
) -> LoadingProgram:
    stream = open_recorded(path, data)
    known = _make_recorded_devices(learn_schemas(stream, path, console), Origin.STREAM)
    incoming = PartialStream.of(data)
    local = machine or stream.machine
    age = find_age(incoming.parts)
    oldest = max(age.oldest, find_release(local) or (0, 0))
    return LoadingProgram(
        Origin.STREAM, known, local, frozenset(), _observe_machine(incoming), oldest, age.before
    )


def _observe_machine(incoming: PartialStream) -> ObservedMachine:
    devices = {(device.idstr, device.instance_id): device for device in incoming.devices.values()}
    configuration = incoming.configuration
    return ObservedMachine(
        {key: device.version_id for key, device in devices.items()},
        {
            key: record
            for key, device in devices.items()
            if isinstance(record := find_record(device), DecodedRecord)
        },
        {key: device.data for key, device in devices.items()},
        {name: block.size for name, block in incoming.blocks.items()},
        configuration is not None,
        configuration.page_bits if configuration else None,
        configuration.uuid if configuration else None,
    )


def _make_from_dump(path: str, data: bytes, machine: str | None) -> LoadingProgram:
    dump = Dump.read(path, data)
    oldest = max(find_release(name) or (0, 0) for name in (dump.machine, machine))
    before = Age().before if dump.has_counts else (8, 1)
    known = _make_recorded_devices(dump.schemas(), Origin.DUMP)
    return LoadingProgram(Origin.DUMP, known, machine, frozenset(), None, oldest, before)


def _make_recorded_devices(schemas: Iterable[Schema], origin: Origin) -> tuple[KnownDevice, ...]:
    return tuple(
        KnownDevice(schema, one, origin) for schema in schemas for one in find_devices(schema)
    )
