"""From a path to what it says of a program: .vmsd files, a dump, or a stream that it wrote."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.build.in_memory import GeneratedModules
    from vmsdl.qemu.load_check.program import KnownDevice, LoadingProgram, ObservedMachine
    from vmsdl.qemu.stream.partial import PartialStream
    from vmsdl.schema.description import Description, Field, Schema
    from vmsdl.schema.recorded import Origin


def read_program(path: str, machine: str | None, console: Console) -> "LoadingProgram | None":
    """None where the .vmsd has errors, which have been said."""
    from vmsdl import files
    from vmsdl.cli.inputs.recorded import MARK
    from vmsdl.cli.inputs.versions import read_schemas

    if os.path.isdir(path) or path.endswith(".vmsd"):
        schemas = read_schemas(path, console)
        return None if schemas is None else make_program(schemas, machine)
    try:
        data = files.map_file(path)
    except OSError as error:
        raise Failure(f"cannot read `{path}`: {files.describe_error(error)}") from None
    if bytes(data[:4]) == MARK:
        return _of_stream(path, data, machine, console)
    return _of_dump(path, bytes(data), machine)


def make_program(schemas: "Iterable[Schema]", machine: str | None = None) -> "LoadingProgram":
    """A program of checked schemas; a device's class is made when a stream has the device."""
    from vmsdl.qemu.load_check.configuration import find_release
    from vmsdl.qemu.load_check.program import KnownDevice, LoadingProgram
    from vmsdl.schema.recorded import Origin
    from vmsdl.schema.traverse import find_devices

    known = []
    machines: set[str] = set()
    for schema in schemas:
        generated = _generate_when_asked(schema)
        machines |= schema.machines.keys()
        known += [
            KnownDevice.of(schema, one, _find_class(generated, one)) for one in find_devices(schema)
        ]
    oldest = find_release(machine) or (0, 0)
    return LoadingProgram(Origin.SCHEMA, tuple(known), machine, frozenset(machines), None, oldest)


def _find_class(
    generated: "Callable[[], GeneratedModules | None]", device: "Description"
) -> Callable[[], Any]:
    def find() -> Any:
        modules = generated()
        return None if modules is None else modules.find_class(device.name)

    return find


def _generate_when_asked(schema: "Schema") -> "Callable[[], GeneratedModules | None]":
    """The generated modules of a schema, made at most once; None where names clash in them."""

    @cache
    def load() -> "GeneratedModules | None":
        from vmsdl.build.in_memory import import_schema
        from vmsdl.emit.names import NamesClash

        try:
            return import_schema(_comparable(schema))
        except NamesClash:
            return None

    return load


def _comparable(schema: "Schema") -> "Schema":
    """Without the comparisons with the receiver's own value where the schema does not know it."""
    from vmsdl.schema.description import Description

    files = []
    for file in schema.files:
        definitions = [
            _without_unknown(one) if isinstance(one, Description) else one
            for one in file.definitions
        ]
        files.append(replace(file, definitions=tuple(definitions)))
    descriptions = {name: _without_unknown(one) for name, one in schema.descriptions.items()}
    return replace(schema, files=tuple(files), descriptions=descriptions)


def _without_unknown(description: "Description") -> "Description":
    from vmsdl.schema.description import Field

    steps = tuple(
        _own_unknown(step) if isinstance(step, Field) and step.default is None else step
        for step in description.steps
    )
    subsections = tuple(_without_unknown(one) for one in description.subsections)
    return replace(description, steps=steps, subsections=subsections)


def _own_unknown(field: "Field") -> "Field":
    """No value differs from one that is not known; but a negative one is below any bound."""
    from vmsdl.expr.nodes import INTEGER, Literal
    from vmsdl.schema.scalars import COUNT
    from vmsdl.schema.types import Scalar

    if field.bounded and field.type == Scalar(COUNT.name):
        return replace(field, equal=False, default=Literal(type=INTEGER, value=COUNT.high))
    return replace(field, equal=False, bounded=False)


# Recorded knowledge ----------------------------------------------------------------------------


def _of_stream(path: str, data: Any, machine: str | None, console: Console) -> "LoadingProgram":
    from vmsdl.cli.inputs.recorded import learn_schemas, open_recorded
    from vmsdl.qemu.load_check.configuration import find_release
    from vmsdl.qemu.load_check.program import LoadingProgram
    from vmsdl.qemu.load_check.release_range import find_age
    from vmsdl.qemu.stream.partial import PartialStream
    from vmsdl.schema.recorded import Origin

    stream = open_recorded(path, data)
    known = _recorded(learn_schemas(stream, path, console), Origin.STREAM)
    own = PartialStream.of(data)
    local = machine or stream.machine
    age = find_age(own)
    oldest = max(age.oldest, find_release(local) or (0, 0))
    return LoadingProgram(Origin.STREAM, known, local, frozenset(), _shown(own), oldest, age.before)


def _shown(own: "PartialStream") -> "ObservedMachine":
    from vmsdl.qemu.load_check.program import ObservedMachine
    from vmsdl.qemu.load_check.recorded_layout import find_compared_values, find_layout

    devices = {(device.idstr, device.instance_id): device for device in own.devices.values()}
    configuration = own.configuration
    return ObservedMachine(
        {key: device.version_id for key, device in devices.items()},
        {key: find_layout(device) for key, device in devices.items()},
        {key: find_compared_values(device) for key, device in devices.items()},
        {name: block.size for name, block in own.blocks.items()},
        configuration is not None,
        configuration.page_bits if configuration else None,
        configuration.uuid if configuration else None,
    )


def _of_dump(path: str, data: bytes, machine: str | None) -> "LoadingProgram":
    from vmsdl.cli.inputs.recorded import Dump
    from vmsdl.qemu.load_check.configuration import find_release
    from vmsdl.qemu.load_check.program import LoadingProgram
    from vmsdl.schema.recorded import Age, Origin

    dump = Dump.read(path, data)
    oldest = max(find_release(name) or (0, 0) for name in (dump.machine, machine))
    before = Age().before if dump.has_counts else (8, 1)
    known = _recorded(dump.schemas(), Origin.DUMP)
    return LoadingProgram(Origin.DUMP, known, machine, frozenset(), None, oldest, before)


def _recorded(schemas: "Iterable[Schema]", origin: "Origin") -> "tuple[KnownDevice, ...]":
    from vmsdl.qemu.load_check.program import KnownDevice
    from vmsdl.schema.traverse import find_devices

    return tuple(
        KnownDevice(schema, one, origin) for schema in schemas for one in find_devices(schema)
    )
