"""From a dump or a stream to the schemas of what it tells of the program that wrote it."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vmsdl.cli.console import Console, Failure

if TYPE_CHECKING:
    from vmsdl.qemu.importing.arrange_files import ImportedFile
    from vmsdl.qemu.stream.stream import Stream
    from vmsdl.schema.description import Schema

MARK = b"QEVM"


def open_recorded(path: str, data: Any) -> "Stream":
    from vmsdl.qemu.stream.reader import StreamError
    from vmsdl.qemu.stream.stream import Stream

    try:
        return Stream(data)
    except StreamError as error:
        raise Failure(f"`{path}`: {error}") from None


def learn_schemas(stream: "Stream", path: str, console: Console) -> "list[Schema]":
    """By the stream's own description; what is not described is left out."""
    from vmsdl.qemu.importing.observe import Observations
    from vmsdl.qemu.importing.write_schema import write_schemas
    from vmsdl.qemu.load_check.release_range import find_age
    from vmsdl.qemu.stream.partial import PartialStream
    from vmsdl.qemu.stream.values import ValuesError

    observations = Observations()
    for device in stream.devices:
        try:
            if device.is_described:
                observations.observe(device.record())
        except ValuesError as error:
            console.say(f"{path}: {error}: left out")
    if not observations.devices:
        raise Failure(f"`{path}` describes no device")
    age = find_age(PartialStream.of(stream.view))
    machines = [] if stream.machine is None else [stream.machine]
    return _loaded(write_schemas(observations, machines, recorded=age.words), path)


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump's JSON, looked through."""

    path: str
    document: dict[str, Any]

    @classmethod
    def read(cls, path: str, data: bytes) -> "Dump":
        from vmsdl.qemu.importing.dump_json import DumpError, read_dump_entries

        try:
            return cls(path, read_dump_entries(json.loads(data)))
        except (DumpError, ValueError, RecursionError) as error:
            raise Failure(f"`{path}` is neither .vmsd nor a stream nor a dump: {error}") from None

    @classmethod
    def of(cls, schemas: "Iterable[Schema]", path: str) -> "Dump":
        """What a dump would say of them; of which machine type makes no difference."""
        from vmsdl.qemu.export import export_dump

        return cls(path, export_dump(tuple(schemas), path))

    @property
    def machine(self) -> str:
        from vmsdl.qemu.importing.dump_json import MACHINE_KEY

        return str(self.document[MACHINE_KEY]["Name"])

    @property
    def has_counts(self) -> bool:
        """Whether it tells how many elements an array has: QEMU does since 8.1."""
        return '"num":' in json.dumps(self.document)

    def schemas(self) -> "list[Schema]":
        from vmsdl.qemu.importing.import_dump import import_dump

        return _loaded(import_dump(self.document, self.path), self.path)


def make_alike(one: Dump, other: Dump) -> tuple[Dump, Dump]:
    """Without what only one of two can say."""
    if one.has_counts and other.has_counts:
        return one, other
    return _without_counts(one), _without_counts(other)


def _without_counts(dump: Dump) -> Dump:
    def pruned(value: Any) -> Any:
        match value:
            case dict():
                return {key: pruned(each) for key, each in value.items() if key != "num"}
            case list():
                return [pruned(each) for each in value]
            case _:
                return value

    return Dump(dump.path, pruned(dump.document))


def _loaded(found: "Iterable[ImportedFile]", path: str) -> "list[Schema]":
    from vmsdl.driver import load_source
    from vmsdl.source import SourceFile
    from vmsdl.syntax.format.printer import format_tree

    # They stand in no folder, and are called as if they stood in what they were read from.
    folder = os.path.normpath(path)
    sources = [
        SourceFile(os.path.join(folder, file.name), format_tree(file.tree)) for file in found
    ]
    texts = {source.path: source for source in sources}
    outcomes = [load_source(source, lambda name: texts[name]) for source in sources]
    return [outcome.value for outcome in outcomes if outcome.value is not None]
