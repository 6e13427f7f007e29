"""Files imported from C, held against dumps and streams, and filled from them."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace

from vmsdl.cli.console import Console, Failure
from vmsdl.cli.inputs import paths
from vmsdl.cli.inputs.program import map_fields
from vmsdl.cli.inputs.schemas import collect_schemas
from vmsdl.cli.inputs.stream_schema import make_devices
from vmsdl.csource.fill import fill_files
from vmsdl.csource.verify import DeviceCheck, Outcome
from vmsdl.csource.verify_dump import DumpChecks, verify_dump
from vmsdl.csource.verify_stream import StreamChecks, verify_stream
from vmsdl.driver import build_trees
from vmsdl.qemu.importing.arrange_files import ImportedFile
from vmsdl.qemu.importing.dump_json import DumpError
from vmsdl.qemu.importing.import_dump import import_dump
from vmsdl.qemu.stream.reader import StreamError
from vmsdl.qemu.stream.schema_state import SchemaDevice
from vmsdl.qemu.stream.stream import Stream
from vmsdl.records import dataclass
from vmsdl.schema.description import Field, Machine, Schema
from vmsdl.schema.traverse import find_devices, find_reachable
from vmsdl.source import SourceFile
from vmsdl.syntax.format.printer import format_tree
from vmsdl.syntax.parser import parse
from vmsdl.syntax.tree import FileTree


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a real QEMU of the same release said; the name of each file."""

    dumps: tuple[tuple[str, dict[str, object]], ...] = ()
    streams: tuple[tuple[str, Stream], ...] = ()


@dataclass(frozen=True, slots=True)
class VerifiedFiles:
    """The files with what the evidence added, and how each device compares after that."""

    files: tuple[ImportedFile, ...]
    checks: tuple[DeviceCheck, ...]
    added_types: int = 0
    added_defaults: int = 0


def read_evidence(dump_paths: Iterable[str], stream_paths: Iterable[str]) -> Evidence:
    dumps = tuple((os.path.basename(path), _read_dump(path)) for path in dump_paths)
    streams = tuple((os.path.basename(path), _open_stream(path)) for path in stream_paths)
    return Evidence(dumps, streams)


def _read_dump(path: str) -> dict[str, object]:
    document = paths.read_json(path)
    try:
        import_dump(document, os.path.basename(path))  # every part of it has its form
    except DumpError as error:
        raise Failure(f"{path}: {error}") from None
    found: dict[str, object] = document
    return found


def _open_stream(path: str) -> Stream:
    try:
        return Stream(paths.map_file(path))
    except StreamError as error:
        raise Failure(f"{path}: {error}") from None


def verify_files(
    files: tuple[ImportedFile, ...], evidence: Evidence, console: Console
) -> VerifiedFiles | None:
    """None where a file has errors, which are shown."""
    if not evidence.dumps and not evidence.streams:
        return VerifiedFiles(files, ())
    schemas = _build(files, console)
    if schemas is None:
        return None
    types: dict[str, set[str]] = {}
    checks: list[DeviceCheck] = []
    for name, document in evidence.dumps:
        found: DumpChecks = verify_dump(schemas, document, name)
        checks += found.checks
        for device, added in found.added.items():
            types.setdefault(device, set()).update(added)
    before = _check_streams(schemas, evidence)
    defaults = before.find_agreed()
    filled = fill_files(files, types, defaults)
    after = before
    while defaults:
        changed = _build(filled, console)
        if changed is None:
            return None
        after = _check_streams(changed, evidence)
        worse = _find_worse(schemas, before.checks, after.checks)
        if not worse:
            break
        # Not all occurrences agree with a default of these: they keep those of the source.
        defaults = {place: value for place, value in defaults.items() if place[0] not in worse}
        filled, after = fill_files(files, types, defaults), before
    return VerifiedFiles(
        filled,
        (*checks, *after.checks),
        sum(map(len, types.values())),
        len(defaults),
    )


def _build(files: Iterable[ImportedFile], console: Console) -> list[Schema] | None:
    """From the text, as it will be in the folder."""
    trees: dict[str, FileTree] = {}
    for each in files:
        parsed = parse(SourceFile(each.name, format_tree(each.tree)))
        if parsed.value is None or parsed.has_errors:
            console.diagnostics(parsed.diagnostics)
            return None
        trees[each.name] = parsed.value
    return collect_schemas(build_trees(trees), console)


def _check_streams(schemas: Sequence[Schema], evidence: Evidence) -> StreamChecks:
    found = StreamChecks()
    if not evidence.streams:
        return found
    known = _make_known(schemas)
    for name, stream in evidence.streams:
        verify_stream(stream, name, known, found)
    return found


def _make_known(schemas: Sequence[Schema]) -> list[SchemaDevice]:
    machines = {name: each for schema in schemas for name, each in schema.machines.items()}
    return make_devices(
        map_fields(_add_machines(schema, machines), _remove_comparison)
        for schema in schemas
        if any(find_devices(schema))
    )


def _remove_comparison(field: Field) -> Field:
    """What the receiver would compare with its own value is not known from C."""
    return replace(field, equal=False, bounded=False)


def _add_machines(schema: Schema, machines: dict[str, Machine]) -> Schema:
    """The machine types of a program, as far as they set something of this schema."""
    own = {
        name: replace(
            each, settings=tuple(s for s in each.settings if s.path[0] in schema.descriptions)
        )
        for name, each in machines.items()
    }
    *others, last = schema.files
    changed = replace(last, definitions=(*last.definitions, *own.values()))
    return replace(schema, files=(*others, changed), machines=own)


def _find_worse(
    schemas: Sequence[Schema], before: Sequence[DeviceCheck], after: Sequence[DeviceCheck]
) -> set[str]:
    """The descriptions below a section that was exact and is no longer."""
    lost = {
        one.device
        for one, other in zip(before, after, strict=True)
        if one.outcome is Outcome.EXACT and other.outcome is not Outcome.EXACT
    }
    return {
        inner.name
        for schema in schemas
        for device in find_devices(schema)
        if any(name.endswith(device.wire_name) for name in lost)
        for inner in find_reachable(schema, device)
    }
