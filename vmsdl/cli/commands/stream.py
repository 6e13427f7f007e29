"""`vmsdl stream`: what a migration stream holds, its state by name, and back after an edit."""

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vmsdl.cli.commands import stream_check
from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.qemu.stream.framing import Part
    from vmsdl.qemu.stream.ram import RamBlock
    from vmsdl.qemu.stream.schema_state import SchemaDevice, SchemaState
    from vmsdl.qemu.stream.stream import Device, Stream
    from vmsdl.qemu.stream.values import DecodedRecord, ValuesError

SUMMARY = "look into a migration stream, and edit it"
DESCRIPTION = """Read the state that a real QEMU wrote (`migrate "exec:cat > FILE"`), by the
stream's own description, and write it back changed."""


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    info = actions.add_parser("info", help="sections, devices, versions, sizes, RAM blocks")
    info.add_argument("file", metavar="FILE", help="a migration stream")
    info.add_argument("--json", action="store_true", help="the same for programs")
    decode = actions.add_parser("decode", help="the fields of every device, by name")
    decode.add_argument("file", metavar="FILE", help="a migration stream")
    decode.add_argument(
        "--device", metavar="NAME", help="one device: its section's name or its own (ide)"
    )
    decode.add_argument(
        "--schema",
        metavar="PATH",
        help="a .vmsd file or folder: its devices are decoded by it, checked and explained",
    )
    decode.add_argument(
        "--json", action="store_true", help="a document that `stream encode` turns back"
    )
    decode.add_argument(
        "--offsets", action="store_true", help="where in the file each field stands"
    )
    decode.add_argument("--hex", action="store_true", help="the bytes of each field too")
    encode = actions.add_parser("encode", help="a document of `decode --json` back to a stream")
    encode.add_argument("file", metavar="FILE.json", help="the document, edited or not")
    encode.add_argument("-o", "--output", metavar="FILE", required=True, help="the stream to write")
    encode.add_argument(
        "--schema",
        metavar="PATH",
        help="the schemas of `decode --schema`, where they are not beside the document",
    )
    encode.add_argument(
        "--source",
        metavar="FILE",
        help="the stream the document was made of, where it has moved: RAM is copied from it",
    )
    stream_check.configure(
        actions.add_parser("check", help="would a program with that schema load the stream?")
    )


def run(options: argparse.Namespace, console: Console) -> int:
    actions = {"info": _info, "decode": _decode, "encode": _encode, "check": stream_check.run}
    return actions[options.action](options, console)


# info ------------------------------------------------------------------------------------------


def _info(options: argparse.Namespace, console: Console) -> int:
    from vmsdl.cli.progress import progress
    from vmsdl.qemu.stream.framing import read_stream
    from vmsdl.qemu.stream.reader import StreamError

    blocks: dict[str, RamBlock] = {}
    parts: list[Part] = []
    with _mapped(options.file) as data:
        problem: StreamError | None = None
        size = len(data)
        try:
            with progress(size, quiet=console.quiet) as told:
                for part in read_stream(data, blocks, told):
                    parts.append(part)
        except StreamError as error:
            problem = error
    if options.json:
        from vmsdl.qemu.show.inventory import as_json

        inventory = as_json(parts, blocks, size) | {"problem": str(problem) if problem else None}
        console.result(json.dumps(inventory, indent=1) + "\n")
    else:
        from vmsdl.qemu.show.inventory import as_text

        console.result(as_text(parts, blocks, options.file, size))
    if problem is not None:
        console.error(f"{options.file}: {problem}")
        return 1
    return 0


# decode ----------------------------------------------------------------------------------------


def _decode(options: argparse.Namespace, console: Console) -> int:
    from vmsdl.cli.inputs.stream_schema import find_devices
    from vmsdl.qemu.stream.reader import StreamError

    known = find_devices(options.schema, console) if options.schema else []
    if known is None:
        return 1
    with _mapped(options.file) as data:
        try:
            if options.json and not options.device:
                return _decode_document(options, data, known, console)
            return _decode_devices(options, data, known, console)
        except StreamError as error:
            console.error(f"{options.file}: {error}")
            return 1


def _decode_document(
    options: argparse.Namespace, data: Any, known: "list[SchemaDevice]", console: Console
) -> int:
    from vmsdl.qemu.stream.document import decode_document

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
    options: argparse.Namespace, data: Any, known: "list[SchemaDevice]", console: Console
) -> int:
    from vmsdl.qemu.stream.stream import Stream

    stream = Stream(data)
    devices = _wanted(stream, options.device)
    view = memoryview(data)
    status = 0
    values: list[Any] = []
    for device in devices:
        record, state, problems = _state(device, view, known)
        for problem in problems:
            console.error(f"{options.file}: {problem}")
            status = 1
        if options.json:
            values.append(_device_json(device, record, state))
        else:
            lines = _lines(options, device, record, state, view)
            console.result("".join(f"{line}\n" for line in lines))
    if options.json:
        console.result(json.dumps(values, indent=1) + "\n")
    return status


def _state(
    device: "Device", view: memoryview, known: "list[SchemaDevice]"
) -> "tuple[DecodedRecord | None, SchemaState | None, list[ValuesError]]":
    """A device by the stream's description, by a schema, and what speaks against either."""
    from vmsdl.qemu.stream.schema_state import decode_state
    from vmsdl.qemu.stream.values import ValuesError

    record: DecodedRecord | None = None
    state: SchemaState | None = None
    problems: list[ValuesError] = []
    if device.description is not None:
        try:
            record = device.record()
        except ValuesError as error:
            problems.append(error)
    try:
        state = decode_state(device.section, view, record, known)
    except ValuesError as error:
        problems.append(error)
    # A schema that fits needs no description.
    return record, state, [] if state is not None else problems


def _device_json(
    device: "Device", record: "DecodedRecord | None", state: "SchemaState | None"
) -> Any:
    from vmsdl.qemu.stream.values import to_json

    entry: dict[str, Any] = {
        "idstr": device.idstr,
        "instance_id": device.instance_id,
        "version_id": device.version_id,
    }
    if state is not None:
        return entry | {"schema": state.typed.reference, "state": state.instance.to_dict()}
    return entry | (to_json(record) if record is not None else {"hex": device.data.hex()})


def _lines(
    options: argparse.Namespace,
    device: "Device",
    record: "DecodedRecord | None",
    state: "SchemaState | None",
    view: memoryview,
) -> Iterator[str]:
    from vmsdl.qemu.show.explained_tree import explain_state
    from vmsdl.qemu.show.tree import show_state

    title = f"{device.idstr} {device.instance_id} version {device.version_id}"
    data = view if options.hex else None
    if state is not None:
        yield from explain_state(state, title, record, data, with_offsets=options.offsets)
    elif record is not None:
        yield from show_state(record, title, data, with_offsets=options.offsets)
    else:
        size = device.section.size
        yield f"{title}: {size} bytes that nothing describes"


def _wanted(stream: "Stream", name: str | None) -> "list[Device]":
    if name is None:
        return list(stream.devices)
    found = [device for device in stream.devices if name in (device.idstr, device.name)]
    if not found:
        from difflib import get_close_matches

        names = sorted({device.name for device in stream.devices})
        near = get_close_matches(name, names, 1)
        hint = f"; did you mean `{near[0]}`?" if near else f"; there are {', '.join(names)}"
        raise Failure(f"the stream has no device `{name}`{hint}")
    return found


# encode ----------------------------------------------------------------------------------------


def _encode(options: argparse.Namespace, console: Console) -> int:
    from vmsdl import files
    from vmsdl.cli.inputs import paths
    from vmsdl.qemu.stream.document import DocumentError, encode_document
    from vmsdl.qemu.stream.reader import StreamError

    document = paths.read_json(options.file)
    source = options.source or _source(options.file, document)
    if os.path.exists(options.output) and os.path.samefile(source, options.output):
        raise Failure(f"`{options.output}` is the stream that the document refers to")
    known = _schemas(options, document, console)
    if known is None:
        return 1
    with _mapped(source) as data:
        try:
            written = files.write_chunks(options.output, encode_document(document, data, known))
        except (DocumentError, StreamError) as error:
            console.error(f"{options.file}: {error}")
            return 1
        except OSError as error:
            raise Failure(
                f"cannot write `{options.output}`: {files.describe_error(error)}"
            ) from None
    console.say(f"{options.file} -> {options.output} ({written} bytes)")
    return 0


def _schemas(
    options: argparse.Namespace, document: object, console: Console
) -> "list[SchemaDevice] | None":
    """The devices whose schemas a document names; None where a schema has errors."""
    from vmsdl.cli.inputs.stream_schema import find_devices
    from vmsdl.qemu.stream.document import find_schema_names

    if options.schema:
        return find_devices(options.schema, console)
    known: list[SchemaDevice] = []
    for name in sorted(find_schema_names(document)):
        path = os.path.join(os.path.dirname(options.file), os.path.basename(name))
        if not os.path.isfile(path):
            raise Failure(
                f"`{name}`, which states in `{options.file}` are of, is not beside it: "
                "say --schema PATH"
            )
        found = find_devices(path, console)
        if found is None:
            return None
        known += found
    return known


def _source(path: str, document: object) -> str:
    source = document.get("source") if isinstance(document, dict) else None
    name = source.get("file") if isinstance(source, dict) else None
    if not isinstance(name, str):
        raise Failure(f"`{path}` is not a document of `vmsdl stream decode --json`")
    # Only beside the document or where we are: a document from elsewhere names no other places.
    name = os.path.basename(name)
    for candidate in (os.path.join(os.path.dirname(path), name), name):
        if os.path.isfile(candidate):
            return candidate
    raise Failure(f"`{name}`, which `{path}` was made of, is not beside it: say --source FILE")


@contextmanager
def _mapped(path: str) -> Iterator[Any]:
    from vmsdl import files

    try:
        data = files.map_file(path)
    except OSError as error:
        raise Failure(f"cannot read `{path}`: {files.describe_error(error)}") from None
    yield data
