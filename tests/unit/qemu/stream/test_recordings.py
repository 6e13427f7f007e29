"""Whole streams and dumps of real QEMU, if there are some: they are too large for the repository.

`VMSDL_RECORDINGS` names a folder of them: `*.mig` and `*.json`, also packed as `*.xz`. What is
before the first `-` of a file's name is the release.
"""

import json
import lzma
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.pipeline import compiled_files
from vmsdl.build.import_graph import ImportGraph
from vmsdl.driver import load_source
from vmsdl.qemu import Stream
from vmsdl.qemu.export import export_dump
from vmsdl.qemu.importing.arrange_files import ImportedFile
from vmsdl.qemu.importing.import_dump import import_dump
from vmsdl.qemu.importing.merge_dump import merge_dump
from vmsdl.qemu.importing.observe import Observations
from vmsdl.qemu.importing.write_schema import write_schemas
from vmsdl.qemu.stream.document import decode_document, encode_document
from vmsdl.schema.description import Schema
from vmsdl.source import SourceFile
from vmsdl.syntax import tree
from vmsdl.syntax.format.printer import format_source, format_tree

_FOLDER = os.environ.get("VMSDL_RECORDINGS")


def _found(ends: str) -> list[Path]:
    if _FOLDER is None:
        return []
    return sorted(
        path
        for path in Path(_FOLDER).rglob("*")
        if path.name.removesuffix(".xz").endswith(ends) and not path.name.endswith(".desc.json")
    )


DUMPS, STREAMS = _found(".json"), _found(".mig")
pytestmark = pytest.mark.skipif(
    not DUMPS and not STREAMS, reason="VMSDL_RECORDINGS names no folder of whole streams and dumps"
)


def _bytes(path: Path) -> bytes:
    data = path.read_bytes()
    return lzma.decompress(data) if path.suffix == ".xz" else data


def _texts(files: tuple[ImportedFile, ...]) -> dict[str, str]:
    texts = {file.name: format_tree(file.tree) for file in files}
    for name, text in texts.items():
        assert text == format_source(SourceFile(name, text)).value, name
    return texts


def _schemas(texts: dict[str, str]) -> Iterator[Schema]:
    closure = ImportGraph(lambda name: texts[name])
    for name, text in texts.items():
        outcome = load_source(SourceFile(name, text), closure.read_source)
        assert not outcome.has_errors, name
        assert outcome.value is not None
        yield outcome.value


def _is_of_x86(path: Path) -> bool:
    return "-pc" in path.name


def _releases() -> list[str]:
    return sorted({path.name.partition("-")[0] for path in STREAMS if _is_of_x86(path)})


def _streams(release: str) -> list[Stream]:
    return [
        Stream(_bytes(path))
        for path in STREAMS
        if path.name.startswith(f"{release}-") and _is_of_x86(path)
    ]


def _dump(release: str) -> Any:
    for path in DUMPS:
        if path.name.startswith(f"{release}-") and _is_of_x86(path):
            return json.loads(_bytes(path))
    return None


def _observed(streams: list[Stream]) -> Observations:
    observations = Observations()
    for stream in streams:
        for device in stream.devices:
            if device.is_described:
                observations.observe(device.record())
    return observations


@pytest.mark.parametrize("path", DUMPS, ids=lambda path: path.name)
def test_a_dump_goes_round(path: Path) -> None:
    document = json.loads(_bytes(path))
    schemas = tuple(_schemas(_texts(import_dump(document, path.name))))
    assert export_dump(schemas) == document


@pytest.mark.parametrize("path", STREAMS, ids=lambda path: path.name)
def test_a_stream_goes_round(path: Path) -> None:
    data = _bytes(path)
    document = json.loads(json.dumps(decode_document(data, path.name)))
    assert [part for part in document["parts"] if "problem" in part] == []
    assert data == b"".join(bytes(chunk) for chunk in encode_document(document, data))


@pytest.mark.parametrize("release", _releases())
@pytest.mark.parametrize("with_dump", [False, True])
def test_modules_of_a_release_read_its_streams(release: str, with_dump: bool) -> None:
    streams = _streams(release)
    observations = _observed(streams)
    merged = None
    if with_dump:
        dump = _dump(release)
        if dump is None:
            pytest.skip(f"no dump of {release}")
        merged = merge_dump(observations, dump)
        assert merged.notes == ()
        observations = merged.observations
    files = write_schemas(observations, [], merged)
    texts = _texts(files)
    if merged is not None:
        assert export_dump(tuple(_schemas(texts)), merged.machine) == dump
    classes: dict[str, Any] = {}
    for stream in streams:
        for device in stream.devices:
            if device.is_described:
                if device.name not in classes:
                    classes[device.name] = _class(files, texts, device.name)
                state = device.decode(classes[device.name])
                assert device.data == state.encode(), device.idstr


def _class(files: tuple[ImportedFile, ...], texts: dict[str, str], wire_name: str) -> Any:
    """The class of a device of which streams showed something: it stands first in its file."""
    for file in files:
        for item in file.tree.items:
            if isinstance(item, tree.DescriptionDecl) and item.keyword == "device":
                name = item.name.text
                if wire_name == (item.wire_name.value if item.wire_name else name):
                    return compiled_files(texts, file.name).cls(name)
    raise LookupError(wire_name)
