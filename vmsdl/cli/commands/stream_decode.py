"""`vmsdl stream decode`: the fields of every device, by name."""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs.paths import map_file
from vmsdl.cli.inputs.stream_schema import find_devices
from vmsdl.qemu.show.explained_tree import explain_refused_state, explain_state
from vmsdl.qemu.show.tree import show_state
from vmsdl.qemu.stream.document import decode_document
from vmsdl.qemu.stream.framing import find_idstrs
from vmsdl.qemu.stream.reader import StreamError
from vmsdl.qemu.stream.schema_state import (
    RefusedState,
    SchemaDevice,
    SchemaState,
    decode_state,
)
from vmsdl.qemu.stream.stream import Device, Stream
from vmsdl.qemu.stream.values import DecodedRecord, ValuesError, to_json


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a migration stream")
    parser.add_argument(
        "--device",
        metavar="NAME",
        help="one device, by the name of its section or of its description (ide)",
    )
    parser.add_argument(
        "--schema",
        metavar="PATH",
        help="a .vmsd file or folder: decode and check its devices by the schema, and print "
        "its doc comments",
    )
    parser.add_argument("--json", action="store_true", help="print a document for `stream encode`")
    parser.add_argument(
        "--offsets", action="store_true", help="print the byte offset of each field in the file"
    )
    parser.add_argument("--hex", action="store_true", help="print the bytes of each field too")


def run(options: argparse.Namespace, console: Console) -> int:
    data = map_file(options.file)
    known: list[SchemaDevice] | None = []
    if options.schema:
        known = find_devices(options.schema, find_idstrs(data), console)
    if known is None:
        return 1
    try:
        if options.json and not options.device:
            return _decode_document(options, data, known, console)
        return _decode_devices(options, data, known, console)
    except StreamError as error:
        console.error(f"{options.file}: {error}")
        return 1


def _decode_document(
    options: argparse.Namespace, data: Any, known: list[SchemaDevice], console: Console
) -> int:
    document = decode_document(data, os.path.basename(options.file), known)
    console.result(json.dumps(document, indent=1) + "\n")
    for part in document["parts"]:
        if "note" in part:
            console.say(f"{options.file}: {part['idstr']}: {part['note']}")
    problems = [part["problem"] for part in document["parts"] if "problem" in part]
    for problem in problems:
        console.error(f"{options.file}: {problem}")
    return 1 if problems else 0


def _decode_devices(
    options: argparse.Namespace, data: Any, known: list[SchemaDevice], console: Console
) -> int:
    stream = Stream(data)
    devices = _select_devices(stream, options.device)
    view = memoryview(data)
    status = 0
    values: list[Any] = []
    for device in devices:
        found = _decode_device(device, view, known)
        for problem in found.problems:
            console.error(f"{options.file}: {problem}")
            status = 1
        if options.json:
            values.append(_device_to_json(device, found))
        else:
            console.lines(_make_lines(options, device, found, view))
    if options.json:
        console.result(json.dumps(values, indent=1) + "\n")
    return status


@dataclass(frozen=True)
class _DecodedDevice:
    """A device by the stream's description and by a schema; what is wrong with either."""

    record: DecodedRecord | None
    state: SchemaState | RefusedState | None
    problems: tuple[ValuesError, ...]


def _decode_device(device: Device, view: memoryview, known: list[SchemaDevice]) -> _DecodedDevice:
    record: DecodedRecord | None = None
    problems: list[ValuesError] = []
    if device.description is not None:
        try:
            record = device.record()
        except ValuesError as error:
            problems.append(error)
    state = decode_state(device.section, view, record, known)
    if isinstance(state, RefusedState):
        problems.append(state.problem)
    # A schema that fits needs no description.
    return _DecodedDevice(record, state, () if isinstance(state, SchemaState) else tuple(problems))


def _device_to_json(device: Device, found: _DecodedDevice) -> Any:
    entry: dict[str, Any] = {
        "idstr": device.idstr,
        "instance_id": device.instance_id,
        "version_id": device.version_id,
    }
    state, record = found.state, found.record
    if isinstance(state, SchemaState):
        return entry | {"schema": state.device.reference, "state": state.instance.to_dict()}
    return entry | (to_json(record) if record is not None else {"hex": device.data.hex()})


def _make_lines(
    options: argparse.Namespace, device: Device, found: _DecodedDevice, view: memoryview
) -> Iterator[str]:
    title = f"{device.idstr} {device.instance_id} version {device.version_id}"
    data = view if options.hex else None
    state, record = found.state, found.record
    if isinstance(state, SchemaState):
        yield from explain_state(state, title, record, data, with_offsets=options.offsets)
        return
    if isinstance(state, RefusedState):
        yield from explain_refused_state(state, title)
    if record is not None:
        yield from show_state(record, title, data, with_offsets=options.offsets)
    elif state is None:
        size = device.section.size
        yield f"{title}: {size} bytes without a description"


def _select_devices(stream: Stream, name: str | None) -> list[Device]:
    if name is None:
        return list(stream.devices)
    found = [device for device in stream.devices if name in (device.idstr, device.name)]
    if not found:
        names = sorted({device.name for device in stream.devices})
        near = get_close_matches(name, names, 1)
        hint = f"; did you mean `{near[0]}`?" if near else f"; expected one of {', '.join(names)}"
        raise Failure(f"the stream has no device `{name}`{hint}")
    return found
