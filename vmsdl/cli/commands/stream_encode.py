"""`vmsdl stream encode`: a document of `stream decode --json` back to a stream."""

import argparse
import os

from vmsdl import files
from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths
from vmsdl.cli.inputs.paths import map_file
from vmsdl.cli.inputs.stream_schema import find_devices
from vmsdl.qemu.stream.document import (
    DocumentError,
    encode_document,
    find_schema_names,
    find_section_names,
)
from vmsdl.qemu.stream.reader import StreamError
from vmsdl.qemu.stream.schema_state import SchemaDevice


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE.json", help="the document, edited or unchanged")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the stream to write")
    parser.add_argument(
        "--schema",
        metavar="PATH",
        help="the schemas of `decode --schema`, if they are not beside the document",
    )
    parser.add_argument(
        "--source",
        metavar="FILE",
        help="the stream that the document was made from, if it was moved: RAM is copied from it",
    )


def run(options: argparse.Namespace, console: Console) -> int:
    document = paths.read_json(options.file)
    source = options.source or _find_source(options.file, document)
    if os.path.exists(options.output) and os.path.samefile(source, options.output):
        raise Failure(f"cannot write to `{options.output}`: the document refers to this stream")
    known = _read_schemas(options, document, console)
    if known is None:
        return 1
    data = map_file(source)
    try:
        written = files.write_chunks(options.output, encode_document(document, data, known))
    except (DocumentError, StreamError) as error:
        console.error(f"{options.file}: {error}")
        return 1
    except OSError as error:
        raise Failure(f"cannot write `{options.output}`: {files.describe_error(error)}") from None
    console.say(f"{options.file} -> {options.output} ({written} bytes)")
    return 0


def _read_schemas(
    options: argparse.Namespace, document: object, console: Console
) -> list[SchemaDevice] | None:
    """The devices whose schemas a document names; None where a schema has errors."""
    if options.schema:
        return find_devices(options.schema, find_section_names(document), console)
    known: list[SchemaDevice] = []
    for name in sorted(find_schema_names(document)):
        path = os.path.join(os.path.dirname(options.file), os.path.basename(name))
        if not os.path.isfile(path):
            raise Failure(f"cannot find schema `{name}` beside `{options.file}`: use --schema PATH")
        found = find_devices(path, (), console)
        if found is None:
            return None
        known += found
    return known


def _find_source(path: str, document: object) -> str:
    source = document.get("source") if isinstance(document, dict) else None
    name = source.get("file") if isinstance(source, dict) else None
    if not isinstance(name, str):
        raise Failure(f"`{path}` is not a document of `vmsdl stream decode --json`")
    # Only beside the document or where we are: a document from elsewhere names no other places.
    name = os.path.basename(name)
    for candidate in (os.path.join(os.path.dirname(path), name), name):
        if os.path.isfile(candidate):
            return candidate
    raise Failure(f"cannot find `{name}`, the source of `{path}`, beside it: use --source FILE")
