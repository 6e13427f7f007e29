"""From a path to what it says of a program: .vmsd files, a dump, or a stream that it wrote."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.qemu.load_check.program import Known, Program, Shown
    from vmsdl.qemu.stream.partial import Incoming
    from vmsdl.schema.description import Description, Field, Schema
    from vmsdl.schema.recorded import Origin

_LARGEST = (1 << 31) - 1


def program_of(path: str, machine: str | None, console: Console) -> "Program | None":
    """None where the .vmsd has errors, which have been said."""
    from vmsdl import files
    from vmsdl.cli.inputs.recorded import MARK
    from vmsdl.cli.inputs.versions import schemas_of

    if os.path.isdir(path) or path.endswith(".vmsd"):
        schemas = schemas_of(path, console)
        return None if schemas is None else of_schemas(schemas, machine)
    try:
        data = files.mapped(path)
    except OSError as error:
        raise Failure(f"cannot read `{path}`: {files.reason(error)}") from None
    if bytes(data[:4]) == MARK:
        return _of_stream(path, data, machine, console)
    return _of_dump(path, bytes(data), machine)


def of_schemas(schemas: "Iterable[Schema]", machine: str | None = None) -> "Program":
    """A program of checked schemas; a device's class is made when a stream has the device."""
    from vmsdl.qemu.load_check.configuration import release_of
    from vmsdl.qemu.load_check.program import Known, Program
    from vmsdl.schema.recorded import Origin
    from vmsdl.schema.traverse import devices_of

    known = []
    machines: set[str] = set()
    for schema in schemas:
        load = _classes_of(schema)
        machines |= schema.machines.keys()
        known += [Known.of(schema, one, _one(load, one)) for one in devices_of(schema)]
    oldest = release_of(machine) or (0, 0)
    return Program(Origin.SCHEMA, tuple(known), machine, frozenset(machines), None, oldest)


def _one(load: "Callable[[], dict[str, Any]]", device: "Description") -> Callable[[], Any]:
    return lambda: load().get(device.name)


def _classes_of(schema: "Schema") -> "Callable[[], dict[str, Any]]":
    """The generated classes of a file's devices, by .vmsd name; made at most once."""

    @cache
    def load() -> dict[str, Any]:
        from vmsdl.build.in_memory import import_texts
        from vmsdl.emit import NamesClash, emit
        from vmsdl.module_names import module_name
        from vmsdl.schema.traverse import devices_of

        names = {one.wire_name: one.name for one in devices_of(schema)}
        try:
            texts = {file.name: file.text for file in emit(_comparable(schema))}
        except NamesClash:
            return {}
        module = import_texts(texts, module_name(schema.files[-1].path))
        found = {}
        for value in vars(module).values():
            wire_name = vars(value).get("NAME") if isinstance(value, type) else None
            if wire_name in names:
                found[names[wire_name]] = value
        return found

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
    from vmsdl.schema.types import Scalar

    if field.bounded and field.type == Scalar("i32"):
        return replace(field, equal=False, default=Literal(type=INTEGER, value=_LARGEST))
    return replace(field, equal=False, bounded=False)


# Recorded knowledge ----------------------------------------------------------------------------


def _of_stream(path: str, data: Any, machine: str | None, console: Console) -> "Program":
    from vmsdl.cli.inputs.recorded import learned, opened
    from vmsdl.qemu.load_check.configuration import release_of
    from vmsdl.qemu.load_check.program import Program
    from vmsdl.qemu.load_check.release_range import age_of
    from vmsdl.qemu.stream.partial import Incoming
    from vmsdl.schema.recorded import Origin

    stream = opened(path, data)
    known = _recorded(learned(stream, path, console), Origin.STREAM)
    own = Incoming.of(data)
    local = machine or stream.machine
    age = age_of(own)
    oldest = max(age.oldest, release_of(local) or (0, 0))
    return Program(Origin.STREAM, known, local, frozenset(), _shown(own), oldest, age.before)


def _shown(own: "Incoming") -> "Shown":
    from vmsdl.qemu.load_check.program import Shown
    from vmsdl.qemu.load_check.recorded_layout import compared_of, layout_of

    devices = {(device.idstr, device.instance_id): device for device in own.devices.values()}
    configuration = own.configuration
    return Shown(
        {key: device.version_id for key, device in devices.items()},
        {key: layout_of(device) for key, device in devices.items()},
        {key: compared_of(device) for key, device in devices.items()},
        {name: block.size for name, block in own.blocks.items()},
        configuration is not None,
        configuration.page_bits if configuration else None,
        configuration.uuid if configuration else None,
    )


def _of_dump(path: str, data: bytes, machine: str | None) -> "Program":
    from vmsdl.cli.inputs.recorded import Dump
    from vmsdl.qemu.load_check.configuration import release_of
    from vmsdl.qemu.load_check.program import Program
    from vmsdl.schema.recorded import Age, Origin

    dump = Dump.read(path, data)
    oldest = max(release_of(name) or (0, 0) for name in (dump.machine, machine))
    before = Age().before if dump.has_counts else (8, 1)
    known = _recorded(dump.schemas(), Origin.DUMP)
    return Program(Origin.DUMP, known, machine, frozenset(), None, oldest, before)


def _recorded(schemas: "Iterable[Schema]", origin: "Origin") -> "tuple[Known, ...]":
    from vmsdl.qemu.load_check.program import Known
    from vmsdl.schema.traverse import devices_of

    return tuple(Known(schema, one, origin) for schema in schemas for one in devices_of(schema))
