"""From a path to what it says of a program: .vmsd files, a dump, or a stream that it wrote."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.qemu.folder import ImportedFile
    from vmsdl.qemu.incoming import Incoming
    from vmsdl.qemu.verdict import Known, Program, Shown
    from vmsdl.schema.description import Description, Field, Schema

_MARK = b"QEVM"
_NEVER = (99, 0)
_LARGEST = (1 << 31) - 1


def program_of(path: str, machine: str | None, console: Console) -> "Program | None":
    """None where the .vmsd has errors, which have been said."""
    from vmsdl import files

    if os.path.isdir(path) or path.endswith(".vmsd"):
        schemas = _schemas(path, console)
        return None if schemas is None else of_schemas(schemas, machine)
    try:
        data = files.mapped(path)
    except OSError as error:
        raise Failure(f"cannot read `{path}`: {files.reason(error)}") from None
    if bytes(data[:4]) == _MARK:
        return _of_stream(path, data, machine, console)
    return _of_dump(path, bytes(data), machine)


def of_schemas(schemas: "Iterable[Schema]", machine: str | None = None) -> "Program":
    """A program of checked schemas; a device's class is made when a stream has the device."""
    from vmsdl.qemu.settings import release_of
    from vmsdl.qemu.verdict import Known, Origin, Program, devices_of

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
        from vmsdl.emit import NamesClash, emit
        from vmsdl.loading import import_texts
        from vmsdl.modules import module_name
        from vmsdl.qemu.verdict import devices_of

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
    from vmsdl.schema.expression import INTEGER, Literal
    from vmsdl.schema.types import Scalar

    if field.bounded and field.type == Scalar("i32"):
        return replace(field, equal=False, default=Literal(type=INTEGER, value=_LARGEST))
    return replace(field, equal=False, bounded=False)


def _schemas(path: str, console: Console) -> "list[Schema] | None":
    from vmsdl.cli import sources
    from vmsdl.driver import load_source
    from vmsdl.files import read_text
    from vmsdl.imports import Closure

    closure = Closure(read_text)
    schemas = []
    for each in sources.find([path]):
        outcome = load_source(sources.read(each), closure.source)
        if outcome.value is None or outcome.has_errors:
            console.diagnostics(outcome.diagnostics)
            return None
        schemas.append(outcome.value)
    return schemas


# Recorded knowledge ----------------------------------------------------------------------------


def _of_stream(path: str, data: Any, machine: str | None, console: Console) -> "Program":
    from vmsdl.qemu.framing import StreamError
    from vmsdl.qemu.incoming import Incoming
    from vmsdl.qemu.learn import learned_files
    from vmsdl.qemu.observed import Observations
    from vmsdl.qemu.settings import release_of
    from vmsdl.qemu.stream import Stream
    from vmsdl.qemu.values import ValuesError
    from vmsdl.qemu.verdict import Origin, Program

    try:
        stream = Stream(data)
    except StreamError as error:
        raise Failure(f"`{path}`: {error}") from None
    observations = Observations()
    for device in stream.devices:
        try:
            if device.is_described:
                observations.observe(device.record())
        except ValuesError as error:
            console.say(f"{path}: {error}: left out")
    own = Incoming.of(data)
    known = _recorded(learned_files(observations, []), Origin.STREAM)
    local = machine or stream.machine
    oldest, before = _releases(own)
    oldest = max(oldest, release_of(local) or (0, 0))
    return Program(Origin.STREAM, known, local, frozenset(), _shown(own), oldest, before)


def _shown(own: "Incoming") -> "Shown":
    from vmsdl.qemu.names import compared_of, layout_of
    from vmsdl.qemu.verdict import Shown

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


def _releases(own: "Incoming") -> tuple[tuple[int, int], tuple[int, int]]:
    """From which release on, and before which, its program must be: by what it writes."""
    from vmsdl.qemu.framing import Command, Trailer

    numbers = {part.number for part in own.parts if isinstance(part, Command)}
    trailer = next((part for part in own.parts if isinstance(part, Trailer)), None)
    if 11 in numbers:  # SWITCHOVER_START
        return (10, 0), _NEVER
    if trailer is not None and "configuration" in trailer.json:
        return (8, 2), _NEVER
    if trailer is not None and own.configuration is not None:
        return (0, 0), (8, 2)
    return (0, 0), _NEVER


def _of_dump(path: str, data: bytes, machine: str | None) -> "Program":
    from vmsdl.qemu.dump import DumpError, import_dump
    from vmsdl.qemu.settings import release_of
    from vmsdl.qemu.verdict import Origin, Program

    try:
        document = json.loads(data)
        files = import_dump(document, os.path.basename(path))
    except (DumpError, ValueError, RecursionError) as error:
        raise Failure(f"`{path}` is neither .vmsd nor a stream nor a dump: {error}") from None
    oldest = release_of(document["vmschkmachine"]["Name"]) or (0, 0)
    oldest = max(oldest, release_of(machine) or (0, 0))
    # The number of an array's elements is in dumps since 8.1.
    before = _NEVER if b'"num":' in data else (8, 1)
    known = _recorded(files, Origin.DUMP)
    return Program(Origin.DUMP, known, machine, frozenset(), None, oldest, before)


def _recorded(found: "tuple[ImportedFile, ...]", origin: Any) -> "tuple[Known, ...]":
    from vmsdl.driver import load_source
    from vmsdl.qemu.verdict import Known, devices_of
    from vmsdl.source import SourceFile
    from vmsdl.syntax.write import write

    texts = {file.name: SourceFile(file.name, write(file.tree)) for file in found}
    known = []
    for source in texts.values():
        outcome = load_source(source, lambda name: texts[name])
        if outcome.value is not None:
            known += [Known(outcome.value, one, origin) for one in devices_of(outcome.value)]
    return tuple(known)
